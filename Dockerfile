# syntax=docker/dockerfile:1
# Two images: `--target store` is the backend, the panel, the embedded database and a first worker; `--target worker` is a
# worker alone. docs/containers.md says how to run them.

FROM node:24-bookworm-slim AS base
RUN apt-get update \
  && apt-get install --yes --no-install-recommends bubblewrap tini util-linux \
  && rm -rf /var/lib/apt/lists/* \
  && groupadd --gid 10001 store \
  && useradd --uid 10001 --gid store --no-create-home --home-dir /data store \
  && install --directory --owner=store --group=store --mode=700 /data
WORKDIR /app

FROM base AS build
COPY . .
RUN npm ci --no-audit --no-fund
RUN NX_DAEMON=false npx nx run-many -t build --outputStyle=static

# The npm packages of the built programs, in the versions of the lock file: not all are bundled. The workspaces would bring Next
# and the build tools.
FROM base AS packages
COPY --from=build /app/package-lock.json /app/.npmrc ./
RUN --mount=from=build,source=/app,target=/source node /source/tools/workspace/production-manifest.mjs > package.json \
  && npm install --omit=dev --omit=peer --no-audit --no-fund

FROM base AS store
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/apps/admin-panel/.next/standalone apps/admin-panel/.next/standalone
COPY --from=build /app/prisma/migrations prisma/migrations
COPY --from=build /app/tools/start/container.mjs /app/tools/start/exit-with-parent.mjs /app/tools/start/healthcheck.mjs tools/start/
COPY --from=build /app/tools/workspace tools/workspace
COPY --from=build /app/tools/secret-store tools/secret-store
COPY --from=packages /app/package.json ./
COPY LICENSE ./
ENV NODE_ENV=production SECRET_STORE_DATA_DIR=/data PATH=/app/tools:$PATH
USER store
VOLUME /data
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["node", "tools/start/healthcheck.mjs"]
ENTRYPOINT ["tini", "--", "node", "tools/start/container.mjs"]

FROM base AS worker
COPY --from=build /app/dist/worker ./
ENV NODE_ENV=production SECRET_STORE_WORKER_DIRECTORY=/data PATH=/app:$PATH
USER store
VOLUME /data
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["test", "-S", "/data/worker.sock"]
ENTRYPOINT ["tini", "--", "secret-store"]
CMD ["worker"]
