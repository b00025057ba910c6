# docker build -t review .
# docker run --rm -it -v "$PWD":/work review status my-review
FROM python:3.12-slim AS build
COPY . /source
RUN python -m pip install --no-cache-dir --prefix=/made "/source[web]"

FROM python:3.12-slim
COPY --from=build /made /usr/local
# whoever runs it owns what it writes: docker run --user "$(id -u):$(id -g)"
ENV XDG_CACHE_HOME=/tmp/cache
WORKDIR /work
ENTRYPOINT ["review"]
CMD ["--help"]
