# Countersign as a container: a Java runtime of the modules it needs, its jars, and an archive of loaded classes.
# The steps are scripts under deploy/container/, so that they can be run and tested without a container engine.

FROM eclipse-temurin:25-jdk-noble AS build
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends maven && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN deploy/container/assemble /opt/countersign

FROM debian:trixie-slim
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
