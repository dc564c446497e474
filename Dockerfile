# Countersign as a container: a Java runtime of the modules it needs, its jars, and an archive of loaded classes. Four images:
#
#   --target countersign (default), countersign-gateway                 no shell and no package manager
#   --target countersign-debian, countersign-gateway-debian             Debian slim, with bash and a health check, which ECS wants
#
# `scripts/package image` builds them, with their labels. The steps are scripts under deploy/container/, so that they can be run and
# tested without a container engine.
#
# All base images are named here: for other ones --build-arg BUILD_IMAGE=... (a JDK of version 25 or later on Debian or Ubuntu) and
# RUN_IMAGE=... (Debian; the images without a shell take the C library from it). They are tags: for builds that can be repeated,
# append the digest that your registry shows (name:tag@sha256:...); Renovate and Dependabot keep it up to date.
ARG BUILD_IMAGE=docker.io/library/eclipse-temurin:25-jdk-noble
ARG RUN_IMAGE=docker.io/library/debian:trixie-slim

FROM ${BUILD_IMAGE} AS source
RUN command -v mvn >/dev/null \
    || { apt-get update -qq && apt-get install -y -qq --no-install-recommends maven && rm -rf /var/lib/apt/lists/*; }
WORKDIR /src
COPY . .
RUN scripts/build --no-archive

# The archive is good only for the very runtime and jars, at the very place, that made it: it is made where they will be.
FROM source AS assembled
RUN deploy/container/assemble /opt/countersign core && deploy/container/launcher /opt/countersign && /opt/countersign/bin/train

FROM source AS assembled-gateway
RUN deploy/container/assemble /opt/countersign gateway && deploy/container/launcher /opt/countersign && /opt/countersign/bin/train

# The files that Java needs of a system, and no more.
FROM ${RUN_IMAGE} AS system
COPY deploy/container/system /usr/local/bin/
COPY --from=assembled /opt/countersign/runtime /opt/countersign/runtime
RUN system /system /opt/countersign/runtime

FROM scratch AS bare
COPY --from=system /system/ /
ENV LC_ALL=C.UTF-8
COPY conf/ /etc/countersign/
STOPSIGNAL SIGTERM
USER 65532:65532
ENTRYPOINT ["/opt/countersign/runtime/bin/java", "@/opt/countersign/args"]
CMD ["run", "--config", "/etc/countersign/countersign.conf"]
ARG VERSION=unknown
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.version=${VERSION} org.opencontainers.image.revision=${REVISION} \
    org.opencontainers.image.created=${CREATED} org.opencontainers.image.licenses=Apache-2.0

FROM ${RUN_IMAGE} AS debian
RUN install -d /etc/countersign && install -d -o 65532 -g 65532 -m 0700 /var/lib/countersign \
    && useradd --system --uid 65532 --no-create-home --shell /usr/sbin/nologin countersign
ENV LC_ALL=C.UTF-8 PATH=/opt/countersign/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
COPY conf/ /etc/countersign/
# Nothing is written but to /tmp, and to state.dir where that is set: docker run --read-only --tmpfs /tmp
HEALTHCHECK --interval=10s --timeout=4s --start-period=10s CMD ["/opt/countersign/bin/healthcheck"]
STOPSIGNAL SIGTERM
USER 65532:65532
ENTRYPOINT ["/opt/countersign/bin/countersign"]
CMD ["run", "--config", "/etc/countersign/countersign.conf"]
ARG VERSION=unknown
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.version=${VERSION} org.opencontainers.image.revision=${REVISION} \
    org.opencontainers.image.created=${CREATED} org.opencontainers.image.licenses=Apache-2.0

FROM debian AS countersign-gateway-debian
LABEL org.opencontainers.image.title=countersign-gateway \
    org.opencontainers.image.description="Signing reverse proxy for AWS, as a gateway for several teams"
COPY --from=assembled-gateway /opt/countersign /opt/countersign

FROM debian AS countersign-debian
LABEL org.opencontainers.image.title=countersign org.opencontainers.image.description="Signing reverse proxy for AWS"
COPY --from=assembled /opt/countersign /opt/countersign

# Without bin/, which is scripts.
FROM bare AS countersign-gateway
LABEL org.opencontainers.image.title=countersign-gateway \
    org.opencontainers.image.description="Signing reverse proxy for AWS, as a gateway for several teams"
COPY --from=assembled-gateway /opt/countersign/runtime /opt/countersign/runtime
COPY --from=assembled-gateway /opt/countersign/lib /opt/countersign/lib
COPY --from=assembled-gateway /opt/countersign/args /opt/countersign/plans /opt/countersign/countersign.aot /opt/countersign/

FROM bare AS countersign
LABEL org.opencontainers.image.title=countersign org.opencontainers.image.description="Signing reverse proxy for AWS"
COPY --from=assembled /opt/countersign/runtime /opt/countersign/runtime
COPY --from=assembled /opt/countersign/lib /opt/countersign/lib
COPY --from=assembled /opt/countersign/args /opt/countersign/plans /opt/countersign/countersign.aot /opt/countersign/
