# The app for a team, behind a proxy, with sign-in or without: docs/hosting.md says how it is run.
FROM python:3.11.15-slim-bookworm AS installed
COPY requirements.lock /tmp/
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check \
       --require-hashes --only-binary :all: -r /tmp/requirements.lock

FROM python:3.11.15-slim-bookworm
COPY --from=installed /opt/venv /opt/venv
WORKDIR /srv/roster
COPY LICENSE app.py serve.py ./
COPY .streamlit .streamlit
COPY app_pages app_pages
COPY app_parts app_parts
COPY roster_toolkit roster_toolkit
# Compiled now, because nothing can be written beside the code later; /data is the store's alone.
RUN python -m compileall -q . \
    && useradd --uid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin roster \
    && install --directory --owner=10001 --group=10001 --mode=700 /data
# Without its greeting Streamlit asks nobody outside for the address of this machine.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    ROSTER_STORE=/data/roster.duckdb \
    STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE=true \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_PORT=8501
USER 10001:10001
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8501, timeout=4); c.request('GET', '/_stcore/health'); raise SystemExit(c.getresponse().status != 200)"]
# Where there is a list of who may do what, or the secrets of a provider, people sign in, or it ends
# with a sentence about what is missing: one of the two alone must not open the store to everybody.
CMD ["sh", "-c", "if [ -n \"${ROSTER_ACCESS+named}\" ] || [ -e .streamlit/secrets.toml ]; then exec python serve.py; fi; exec streamlit run app.py"]
