package io.countersign.standin.control;

import io.countersign.standin.fault.Effect;
import io.countersign.standin.fault.Fault;
import java.util.LinkedHashMap;
import java.util.Map;

/** A fault as {@code GET /faults} shows it. */
final class FaultView {
    private FaultView() {}

    static Map<String, Object> of(Fault fault) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("match", fault.match());
        fault.count().ifPresent(left -> view.put("count", left));
        view.put("probability", fault.probability());
        view.put("effects", fault.effects().stream().map(FaultView::text).toList());
        return view;
    }

    private static String text(Effect effect) {
        return effect instanceof Effect.Raw raw ? "Raw[" + raw.bytes().length() + " bytes]" : effect.toString();
    }
}
