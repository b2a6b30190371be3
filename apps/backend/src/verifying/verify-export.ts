import {
  parseRootPublic,
  type RootPublic,
  SealingError,
  verificationKeyOf,
  verifyCertificate,
  verifyRestoreEpoch,
} from '@secret-store/sealing';
import { z } from 'zod';
import type { ChainRow } from '../ledger/chain/read-chain.ts';
import { type ChainFinding, ChainVerifier } from './chain-verifier.ts';

const Opening = z.strictObject({
  type: z.literal('secret-store-audit-export'),
  version: z.literal(1),
  root: z.unknown(),
  certificates: z.array(z.unknown()),
  restoreEpochs: z.array(z.unknown()),
  first: z.int().nullable(),
  last: z.int().nullable(),
});

const Party = z.strictObject({ type: z.string(), id: z.string(), name: z.string().nullable() });

const Line = z.strictObject({
  sequence: z.int().min(1),
  id: z.string(),
  at: z.iso.datetime(),
  actor: Party,
  action: z.string(),
  subject: Party,
  outcome: z.string(),
  address: z.string().nullable(),
  details: z.unknown(),
  format: z.int(),
  marks: z.unknown(),
  previousHash: z.string(),
  hash: z.string(),
  head: z.unknown(),
});

/** The file cannot be verified: it is no export, or one of another store. The message says which. */
export class ExportProblem extends Error {
  override readonly name = 'ExportProblem';
}

export interface VerifiedExport {
  readonly events: number;
  readonly first: number | null;
  readonly finding: ChainFinding | null;
}

/**
 * Verifies an export of the audit by nothing but the root's fingerprint.
 * @param lines of the file, in order
 * @throws {ExportProblem}
 */
export const verifyExport = async (
  lines: AsyncIterable<string>,
  rootFingerprint: string,
  onProgress: (events: number) => void = () => undefined,
): Promise<VerifiedExport> => {
  let opening: z.infer<typeof Opening> | null = null;
  let verifier: ChainVerifier | null = null;
  let events = 0;
  let broken: ChainFinding | null = null;
  for await (const line of lines) {
    if (line === '') continue;
    if (opening === null) {
      opening = openingOf(line);
    } else if (broken !== null) {
      const explained = explainedBy(broken, line);
      if (explained !== broken) {
        broken = explained;
        break;
      }
    } else {
      const row = eventOf(line);
      verifier ??= new ChainVerifier(optionsFor(opening, rootFingerprint, row));
      if (row === null) broken = endsWithin((opening.first ?? 1) + events);
      else if (await verifier.add(row)) events += 1;
      else broken = verifier.finding;
      onProgress(events);
    }
  }
  if (opening === null) throw new ExportProblem('the file is empty');
  // also where there is no event: the file must be this store's
  optionsFor(opening, rootFingerprint, null);
  const end = broken ?? verifier?.end() ?? null;
  return { events, first: opening.first, finding: lengthFinding(opening, events, end) ?? end };
};

/** The line that cannot be read, if it is the last one. */
const endsWithin = (sequence: number): ChainFinding => ({
  ...{ sequence, problem: 'cut off' },
  message: `The file is cut off: it ends within event ${sequence}.`,
});

/** What a later line says of the first problem: that it is not the end, or that the missing event stands there. */
const explainedBy = (finding: ChainFinding, line: string): ChainFinding => {
  const { problem, sequence } = finding;
  if (problem === 'cut off') {
    const message = `Event ${sequence} was edited: its line is not as the store writes it.`;
    return { sequence, problem: 'edited', message };
  }
  if (problem !== 'removed' || eventOf(line)?.sequence !== BigInt(sequence)) return finding;
  return { sequence, problem: 'reordered', message: `Event ${sequence} is out of order: a later event comes first.` };
};

/** The first line says which event is the last. */
const lengthFinding = (
  { first, last }: z.infer<typeof Opening>,
  events: number,
  finding: ChainFinding | null,
): ChainFinding | null => {
  if (finding !== null && finding.problem !== 'not signed') return null;
  const next = (first ?? 1) + events;
  const end = last ?? (first ?? 1) - 1;
  const told = `its first line says that it ends with ${last === null ? 'none' : `event ${last}`}`;
  if (next <= end) {
    return { sequence: next, problem: 'cut off', message: `The file is cut off before event ${next}: ${told}.` };
  }
  if (next === end + 1) return null;
  return { sequence: end + 1, problem: 'edited', message: `Event ${end + 1} was added to the file: ${told}.` };
};

/** As the store writes its title line, or as a spreadsheet saves it. */
const isCsv = (line: string): boolean => /^\uFEFF?"?sequence"?[,;\t]/.test(line);

const openingOf = (line: string): z.infer<typeof Opening> => {
  if (isCsv(line)) {
    throw new ExportProblem(
      'this is an export as CSV, which has no hashes and signatures: export the same period with format=jsonl, and verify that file',
    );
  }
  const opening = Opening.safeParse(jsonOf(line));
  if (opening.success) return opening.data;
  throw new ExportProblem('the first line is not that of an export of the audit in the format jsonl');
};

const optionsFor = (opening: z.infer<typeof Opening>, rootFingerprint: string, begin: ChainRow | null) => {
  const { certificates, restoreEpochs, first } = opening;
  try {
    const root = parseRootPublic(opening.root, rootFingerprint);
    return {
      verificationKeys: certificates.map((envelope) => verificationKeyOf(verifyCertificate(envelope, root, 'backend'))),
      epochs: restoreEpochs.flatMap((envelope) => epochOf(envelope, root)),
      // what comes before is not in the file
      ...(begin !== null && first !== null && first > 1
        ? { begin: { sequence: first - 1, hash: begin.previousHash } }
        : {}),
    };
  } catch (error) {
    if (!(error instanceof SealingError)) throw error;
    throw new ExportProblem(
      'the export is not from the store with this root fingerprint, or its first line was edited',
      {
        cause: error,
      },
    );
  }
};

/** What the root did not sign names no restore. */
const epochOf = (envelope: unknown, root: RootPublic) => {
  try {
    const { epoch: number, head } = verifyRestoreEpoch(envelope, root);
    return [{ number, head }];
  } catch (error) {
    if (error instanceof SealingError) return [];
    throw error;
  }
};

/** Null for a line that is not, to the character, as the store writes an event: what no hash covers could stand in it. */
const eventOf = (line: string): ChainRow | null => {
  const json = jsonOf(line);
  const event = Line.safeParse(json);
  if (!event.success || JSON.stringify(json) !== line) return null;
  const row = rowOf(event.data);
  return row.at.toISOString() === event.data.at ? row : null;
};

const rowOf = ({ sequence, at, actor, subject, ...event }: z.infer<typeof Line>): ChainRow => ({
  ...event,
  sequence: BigInt(sequence),
  at: new Date(at),
  actorType: actor.type,
  actorId: actor.id,
  actorName: actor.name,
  subjectType: subject.type,
  subjectId: subject.id,
  subjectName: subject.name,
});

const jsonOf = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};
