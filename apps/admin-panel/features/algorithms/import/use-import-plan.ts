import { useDebouncedCallback } from '@mantine/hooks';
import { useRef, useState } from 'react';
import type { SecretImportEntry } from '@secret-store/api/schemas';
import { failureOf, type Failure } from '@/api/failure.ts';
import { useTRPCClient } from '@/trpc.ts';

/** What the form holds. The text may have values in it, so it is kept in no cache. */
export interface ImportSource {
  readonly text: string;
  readonly provider_id: string;
}

interface PlanState {
  readonly entries: readonly SecretImportEntry[] | null;
  /** numbers of lines in which the store finds no variable */
  readonly unread: readonly number[];
  readonly failure: Failure | null;
  readonly isPending: boolean;
}

const nothing: PlanState = { entries: null, unread: [], failure: null, isPending: false };
const typingMilliseconds = 300;

/** Asks the store what an import would do, each time that the text has changed and rests. */
export const useImportPlan = (algorithmId: string) => {
  const client = useTRPCClient();
  const [plan, setPlan] = useState<PlanState>(nothing);
  const newest = useRef(0);
  const ask = useDebouncedCallback(async (source: ImportSource) => {
    const asked = newest.current;
    const answer = (state: PlanState) => {
      if (asked === newest.current) setPlan(state);
    };
    try {
      const { results, unread_lines } = await client.secrets.import.mutate({
        algorithmId,
        request: { ...source, apply: false },
      });
      answer({ ...nothing, entries: results, unread: unread_lines ?? [] });
    } catch (error) {
      answer({ ...nothing, failure: failureOf(error) });
    }
  }, typingMilliseconds);
  const look = (source: ImportSource) => {
    newest.current += 1;
    if (source.text.trim() === '') return setPlan(nothing);
    setPlan((before) => ({ ...before, failure: null, isPending: true }));
    ask(source);
  };
  return { plan, look };
};
