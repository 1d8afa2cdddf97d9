# The example application of the stack. Your own image needs two lines of it: the package among its dependencies, and
# `--import @ykmake/monitoring/register` in its command.
FROM node:24.21.0-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
# Nothing that is built needs a package's own install script.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
RUN node scripts/build.ts

# What the example imports, in the versions of the lock. The package itself has no dependencies, so they all stand among
# its devDependencies: these five become dependencies in this folder, and npm leaves out the rest.
FROM node:24.21.0-slim AS packages
WORKDIR /packages
COPY package.json package-lock.json ./
RUN npm install --save-prod --omit=dev --ignore-scripts --no-audit --no-fund \
  express pg winston @electric-sql/pglite @electric-sql/pglite-socket

FROM node:24.21.0-slim
ENV NODE_ENV=production HOST=0.0.0.0 LOG_DIR=none
WORKDIR /app
COPY --from=packages /packages/node_modules node_modules
COPY package.json register.js app.js ./
COPY examples/ykmake examples/ykmake
COPY --from=build /build/dist dist
# A number, so that Kubernetes can see that it is not root. It owns nothing here.
USER 1000:1000
EXPOSE 3000 9464
CMD ["node", "--import", "./register.js", "app"]
