import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Start these first, the longest first: a long file that starts last would run alone while the other workers are idle. */
const longest = [
  /\/tools\/start\/start\.spec\.ts$/,
  /\/tools\/faults\//,
  /\/backend\/src\/attacks\/attacks\.spec\.ts$/,
  /\/embedded\/roles\/upgrade\.spec\.ts$/,
  /\/worker-node\/src\/worker\.spec\.ts$/,
  /\/start-embedded-database\.spec\.ts$/,
  /\/crashed-writes\.spec\.ts$/,
  /\/replicas\.spec\.ts$/,
  /\/prepare-candidate\.spec\.ts$/,
  /\/plugin-host\/src\/attacks\/attacks\.spec\.ts$/,
  /\/no-false-alarm\.spec\.ts$/,
  /\/cli\/src\/conformance\/conformance\.spec\.ts$/,
  /\/create-provider\.spec\.ts$/,
  /\/tools\/start\//,
  /\/commands\.spec\.ts$/,
  /\/nx-cache\.spec\.ts$/,
  /\/start-plugin\.spec\.ts$/,
  /\/resealing\.spec\.ts$/,
  /\/recover\.spec\.ts$/,
  /\/worker-checks\.spec\.ts$/,
];

const rank = ({ moduleId }: TestSpecification): number => {
  const place = longest.findIndex((pattern) => pattern.test(moduleId));
  return place === -1 ? longest.length : place;
};

/** The others in vitest's own order: by their last duration, or by size. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}
