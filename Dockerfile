# Countersign as a container: a Java runtime of the modules it needs, its jars, and an archive of loaded classes.
# The steps are scripts under deploy/container/, so that they can be run and tested without a container engine.
# Other base images: --build-arg BUILD_IMAGE=... (a JDK of version 25 or later on Debian or Ubuntu), RUN_IMAGE=... (Debian).
ARG BUILD_IMAGE=docker.io/library/eclipse-temurin:25-jdk-noble
ARG RUN_IMAGE=docker.io/library/debian:trixie-slim

FROM ${BUILD_IMAGE} AS build
RUN command -v mvn >/dev/null \
    || { apt-get update -qq && apt-get install -y -qq --no-install-recommends maven && rm -rf /var/lib/apt/lists/*; }
WORKDIR /src
COPY . .
RUN deploy/container/assemble /opt/countersign

FROM ${RUN_IMAGE}
COPY --from=build /opt/countersign /opt/countersign
# Here and not above: the archive is good only for the very runtime and jars, at the very place, that made it.
RUN /opt/countersign/bin/train \
    && install -d /etc/countersign \
    && useradd --system --uid 65532 --no-create-home --shell /usr/sbin/nologin countersign
COPY conf/ /etc/countersign/
USER 65532:65532
# Nothing is written but to /tmp: docker run --read-only --tmpfs /tmp
HEALTHCHECK --interval=10s --timeout=4s --start-period=10s CMD ["/opt/countersign/bin/healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/countersign/bin/countersign"]
CMD ["run", "--config", "/etc/countersign/countersign.conf"]
