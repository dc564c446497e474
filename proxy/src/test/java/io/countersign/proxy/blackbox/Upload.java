package io.countersign.proxy.blackbox;

import io.countersign.proxy.testing.RawClient;

/** An upload that has begun to stream: the upstream has the beginning of its body, and answers nothing. */
record Upload(Rig rig, RawClient client, Uploads.Recorder upstream) implements AutoCloseable {
    /**
     * @param rig closed with the upload
     * @param bytes of the body that the upstream has when this returns
     */
    static Upload begin(Rig rig, int bytes, String request) {
        Uploads.Recorder upstream = new Uploads.Recorder(bytes);
        rig.upstream.script(upstream);
        RawClient client = rig.proxy.connect();
        client.send(request);
        upstream.awaitBegun();
        return new Upload(rig, client, upstream);
    }

    /** The bytes of the body that the upstream got, once its connection has ended. */
    String arrived() {
        return upstream.body();
    }

    @Override
    public void close() {
        client.close();
        rig.close();
    }
}
