import { createHash } from 'node:crypto';
import type { WorkerAnswer } from '@secret-store/sealing';
import { v7 as uuid } from 'uuid';
import type { WorkerQuestion, WorkerReader } from '../worker-reader.ts';

const nothing = createHash('sha256').update('').digest('base64url');

/**
 * Answers as a worker does that reads what was written, and finds nothing where nothing is expected. The version is `v` and
 * the number in the context, as in the tests' plugins.
 */
export class ScriptedWorker implements WorkerReader {
  online = true;
  readonly questions: WorkerQuestion[] = [];
  /** stands in for the answers above; null: nobody takes the question */
  script: ((question: WorkerQuestion) => Partial<WorkerAnswer> | null) | null = null;

  async isOnline(): Promise<boolean> {
    return this.online;
  }

  comesOnline(): Promise<boolean> {
    return this.isOnline();
  }

  async check(question: WorkerQuestion): Promise<WorkerAnswer | null> {
    this.questions.push(question);
    const answer = { checkId: uuid(), outcome: 'match' as const, version: `v${question.context.version}`, message: '' };
    const given = this.script ? this.script(question) : this.answerTo(question);
    return given && { ...answer, ...given };
  }

  /** Without a script. */
  answerTo({ onlyVersion, expectedHash }: WorkerQuestion): Partial<WorkerAnswer> {
    if (onlyVersion === true) return { version: null };
    return expectedHash === nothing ? { outcome: 'not-found', version: null } : {};
  }
}
