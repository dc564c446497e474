package io.countersign.cli.convert;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A part of somebody else's YAML, each with its line. Anchors and aliases are followed, since agents take them; what is not where it is
 * looked for is absent, whatever stands there instead.
 *
 * @param line counted from 1
 */
record YamlNode(Node node, int line) {
    private static final int MAX_CODE_POINTS = 4 << 20;

    /**
     * The first document of a text.
     *
     * @throws IllegalArgumentException when it is not YAML, or has no settings; the message says where, and quotes nothing
     */
    static YamlNode parse(String text) {
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setCodePointLimit(MAX_CODE_POINTS)
                    .setMaxAliasesForCollections(100)
                    .build();
            return new Compose(settings)
                    .composeString(text)
                    .filter(MappingNode.class::isInstance)
                    .map(YamlNode::of)
                    .orElseThrow(() -> new IllegalArgumentException("it has no settings"));
        } catch (MarkedYamlEngineException e) {
            String line = e.getProblemMark()
                    .map(mark -> "line " + (mark.getLine() + 1) + ": ")
                    .orElse("");
            throw new IllegalArgumentException(line + "it is not YAML", e);
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException("it is not YAML that can be read", e);
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException("it nests too deeply", e);
        }
    }

    private static YamlNode of(Node node) {
        return new YamlNode(
                node, node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0));
    }

    Optional<YamlNode> get(String key) {
        return Optional.ofNullable(entries().get(key));
    }

    /** What stands at a path of keys. */
    Optional<YamlNode> at(String... keys) {
        Optional<YamlNode> found = Optional.of(this);
        for (String key : keys) {
            found = found.flatMap(node -> node.get(key));
        }
        return found;
    }

    /** The text at a path of keys; empty for none, and for an empty one. */
    Optional<String> text(String... keys) {
        return at(keys).flatMap(YamlNode::scalar).filter(text -> !text.isBlank());
    }

    boolean isTrue(String... keys) {
        return text(keys).filter("true"::equals).isPresent();
    }

    /** Empty for what is not a map. */
    Map<String, YamlNode> entries() {
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        if (node instanceof MappingNode map) {
            for (NodeTuple each : map.getValue()) {
                if (each.getKeyNode() instanceof ScalarNode key) {
                    entries.putIfAbsent(key.getValue(), of(each.getValueNode()));
                }
            }
        }
        return entries;
    }

    /** Empty for what is not a list. */
    List<YamlNode> items() {
        List<YamlNode> items = new ArrayList<>();
        if (node instanceof SequenceNode list) {
            list.getValue().forEach(each -> items.add(of(each)));
        }
        return items;
    }

    private Optional<String> scalar() {
        return node instanceof ScalarNode value ? Optional.of(value.getValue()) : Optional.empty();
    }

    /** It may hold secrets. */
    @Override
    public String toString() {
        return "YAML of line " + line;
    }
}
