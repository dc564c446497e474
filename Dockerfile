# Countersign as a container: a Java runtime of the modules it needs, its jars, and an archive of loaded classes. The last stage
# is the core; --target countersign-gateway builds the gateway.
# The steps are scripts under deploy/container/, so that they can be run and tested without a container engine.
# Other base images: --build-arg BUILD_IMAGE=... (a JDK of version 25 or later on Debian or Ubuntu), RUN_IMAGE=... (Debian).
ARG BUILD_IMAGE=docker.io/library/eclipse-temurin:25-jdk-noble
ARG RUN_IMAGE=docker.io/library/debian:trixie-slim

FROM ${BUILD_IMAGE} AS source
RUN command -v mvn >/dev/null \
    || { apt-get update -qq && apt-get install -y -qq --no-install-recommends maven && rm -rf /var/lib/apt/lists/*; }
WORKDIR /src
COPY . .

FROM source AS assembled
RUN deploy/container/assemble /opt/countersign core

FROM source AS assembled-gateway
RUN deploy/container/assemble /opt/countersign gateway

FROM ${RUN_IMAGE} AS base
RUN install -d /etc/countersign \
    && useradd --system --uid 65532 --no-create-home --shell /usr/sbin/nologin countersign
COPY conf/ /etc/countersign/
# Nothing is written but to /tmp, and to state.dir where that is set: docker run --read-only --tmpfs /tmp
HEALTHCHECK --interval=10s --timeout=4s --start-period=10s CMD ["/opt/countersign/bin/healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/countersign/bin/countersign"]
CMD ["run", "--config", "/etc/countersign/countersign.conf"]

FROM base AS countersign-gateway
COPY --from=assembled-gateway /opt/countersign /opt/countersign
RUN /opt/countersign/bin/train && install -d -o 65532 -m 0700 /var/lib/countersign
USER 65532:65532

FROM base AS countersign
COPY --from=assembled /opt/countersign /opt/countersign
# Here and not above: the archive is good only for the very runtime and jars, at the very place, that made it.
RUN /opt/countersign/bin/train
USER 65532:65532
