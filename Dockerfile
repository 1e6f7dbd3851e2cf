# JupyterLab with the notebooks and all that they need, offline. It keeps the conventions of mybinder and docker-stacks.
#
#     docker build -t kindred . && docker run --rm -p 127.0.0.1:8888:8888 kindred
#
# The address to open, with its token, is printed at the start. Inside the container the server listens on all addresses,
# so that the port can be published; published on 127.0.0.1, as above, it is reached from this machine alone.
ARG GO_IMAGE=golang:1.26-bookworm
ARG BASE_IMAGE=debian:bookworm-slim

FROM ${GO_IMAGE} AS go

FROM ${BASE_IMAGE}
RUN apt-get update && \
    apt-get install -y --no-install-recommends ca-certificates fonts-liberation git make python3 python3-venv tini && \
    rm -rf /var/lib/apt/lists/*
COPY --from=go /usr/local/go /usr/local/go

ARG NB_USER=jovyan
ARG NB_UID=1000
RUN useradd --create-home --shell /bin/bash --uid ${NB_UID} ${NB_USER}
USER ${NB_USER}
ENV NB_USER=${NB_USER} NB_UID=${NB_UID} HOME=/home/${NB_USER} GOTOOLCHAIN=local
ENV JUPYTER_DATA_DIR=${HOME}/kindred/.venv/share/jupyter
ENV PATH=${HOME}/kindred/.venv/bin:/usr/local/go/bin:${PATH}

WORKDIR ${HOME}/kindred
COPY --chown=${NB_UID}:${NB_UID} . .
RUN python3 scripts/setup.py && \
    pip install --quiet --no-cache-dir notebook==7.6.5 && \
    jupyter trust notebooks/*.ipynb

EXPOSE 8888
ENTRYPOINT ["tini", "-g", "--"]
CMD ["jupyter", "lab", "--ip=0.0.0.0", "--port=8888", "--no-browser", "--LabApp.default_url=/lab/tree/notebooks/00-start-here.ipynb"]
