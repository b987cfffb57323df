FROM python:3.11-slim AS build
WORKDIR /source
COPY setup.py pyproject.toml MANIFEST.in ./
COPY agents agents
COPY client client
COPY models models
COPY pipeline pipeline
COPY timeflow timeflow
COPY web web
RUN python -m venv /opt/timeflow && /opt/timeflow/bin/pip install --no-cache-dir .

FROM python:3.11-slim
RUN useradd --system --create-home --home-dir /var/lib/timeflow timeflow
COPY --from=build /opt/timeflow /opt/timeflow
USER timeflow
WORKDIR /var/lib/timeflow
ENV PATH=/opt/timeflow/bin:$PATH DATA_DIR=/var/lib/timeflow/data HOST=0.0.0.0
VOLUME /var/lib/timeflow
EXPOSE 8080
ENTRYPOINT ["timeflow"]
CMD ["up"]
