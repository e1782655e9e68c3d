# One static program and nothing else: docker build --tag linecard .
#
#     docker run --rm --publish 8080:8080 linecard                        a panel for tests, with the docs seed
#     docker run --volume panel:/data --publish 8080:8080 linecard serve  a panel that keeps its file
#
# Alpine's own target is musl, so what is built there needs no library where it runs.
FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /src
COPY . .
RUN cargo build --release --locked --bin linecard && mkdir /data

FROM scratch
LABEL org.opencontainers.image.title="linecard" \
      org.opencontainers.image.description="A stand-in for an IPTV panel" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY --from=build /src/target/release/linecard /linecard
# Where `serve` keeps linecard.db; a volume that is new takes over who it belongs to.
COPY --from=build --chown=65532:65532 /data /data
WORKDIR /data
USER 65532:65532
# Clients come through a bridge, so no address is this machine's own. The control plane asks for
# LINECARD_CONTROL_TOKEN there, or for a token that the log tells.
ENV LINECARD_BIND=0.0.0.0:8080 LINECARD_ANY_CALLER=true
EXPOSE 8080
# A `serve` without a control plane is well when it answers at all: --bare.
HEALTHCHECK --interval=15s --timeout=3s --start-period=5s --start-interval=100ms \
    CMD ["/linecard", "health", "--bare"]
ENTRYPOINT ["/linecard"]
CMD ["test", "--seed", "docs"]
