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

const Opening = z.object({
  type: z.literal('secret-store-audit-export'),
  version: z.literal(1),
  root: z.unknown(),
  certificates: z.array(z.unknown()),
  restoreEpochs: z.array(z.unknown()),
  first: z.int().nullable(),
  last: z.int().nullable(),
});

const Party = z.object({ type: z.string(), id: z.string(), name: z.string().nullable() });

const Line = z.object({
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
  for await (const line of lines) {
    if (line === '') continue;
    if (opening === null) {
      opening = parsed(Opening, line, 'the first line is not that of an export of the audit in the format jsonl');
      continue;
    }
    const row = rowOf(parsed(Line, line, `line ${events + 2} is not an event of the audit`));
    verifier ??= new ChainVerifier(optionsFor(opening, rootFingerprint, row));
    if (!(await verifier.add(row))) break;
    events += 1;
    onProgress(events);
  }
  if (opening === null) throw new ExportProblem('the file is empty');
  // also where there is no event: the file must be this store's
  optionsFor(opening, rootFingerprint, null);
  const { first, last } = opening;
  const finding = verifier?.end() ?? null;
  const next = (first ?? 0) + events;
  const isCut = (finding === null || finding.problem === 'not signed') && next - 1 !== (last ?? -1);
  return { events, first, finding: isCut ? cutOff(next, last) : finding };
};

const cutOff = (sequence: number, last: number | null): ChainFinding => ({
  ...{ sequence, problem: 'cut off' },
  message: `The file is cut off: it ends before event ${sequence}, and its first line says that it has events up to ${last ?? 'none'}.`,
});

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

const parsed = <T>(schema: z.ZodType<T>, line: string, problem: string): T => {
  try {
    return schema.parse(JSON.parse(line));
  } catch (error) {
    throw new ExportProblem(problem, { cause: error });
  }
};
