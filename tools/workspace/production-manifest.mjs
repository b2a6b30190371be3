// Prints a package.json with the npm packages that the built programs import, for an image without Next and build tools.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './workspace.mjs';

const programs = ['@secret-store/backend', '@secret-store/cli', '@secret-store/tools', '@secret-store/worker-node'];
const onlyToBuild = new Set(['prisma', '@prisma/schema-engine-wasm']);

const manifestsBelow = (folder) =>
  readdirSync(path.join(root, folder)).map((name) =>
    JSON.parse(readFileSync(path.join(root, folder, name, 'package.json'), 'utf8')),
  );

const tools = JSON.parse(readFileSync(path.join(root, 'tools/package.json'), 'utf8'));
const ours = new Map([...manifestsBelow('apps'), ...manifestsBelow('libs'), tools].map((each) => [each.name, each]));
const collected = { dependencies: {}, optionalDependencies: {} };
const seen = new Set();

const collect = (name) => {
  const manifest = ours.get(name);
  if (!manifest || seen.has(name)) return;
  seen.add(name);
  for (const kind of ['dependencies', 'optionalDependencies']) {
    for (const [dependency, version] of Object.entries(manifest[kind] ?? {})) {
      if (dependency.startsWith('@secret-store/')) collect(dependency);
      else if (!onlyToBuild.has(dependency)) collected[kind][dependency] = version;
    }
  }
};
programs.forEach(collect);

const { allowScripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
console.log(
  JSON.stringify({ name: 'secret-store', private: true, type: 'module', ...collected, allowScripts }, null, 2),
);
