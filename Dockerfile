# Two stages: everything that builds stays in the first. docs/operating.md says how to run the result.
FROM python:3.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
# The lock alone first: changing Quetzal's own code does not install its libraries again.
COPY requirements/run.lock requirements/run.lock
RUN python -m venv /opt/quetzal && /opt/quetzal/bin/pip install --no-deps --require-hashes -r requirements/run.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY cogs cogs
RUN /opt/quetzal/bin/pip install --no-deps --no-build-isolation .

FROM python:3.13-slim-bookworm
RUN groupadd --gid 10001 quetzal \
    && useradd --uid 10001 --gid quetzal --no-create-home --home-dir /data --shell /usr/sbin/nologin quetzal \
    && install --directory --owner=quetzal --group=quetzal --mode=0700 /data
COPY --from=build /opt/quetzal /opt/quetzal
# /data is the only place Quetzal writes, so the root file system may be read-only.
ENV PATH=/opt/quetzal/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 QUETZAL_DATA_DIR=/data
VOLUME /data
WORKDIR /data
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["quetzal", "health"]
ENTRYPOINT ["quetzal"]
CMD ["run"]
