import { useDebouncedCallback } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId, useRef, useState } from 'react';
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

/**
 * Asks the store what an import would do, each time that the text has changed and rests. It is a query, so that a session that ended
 * is noticed, and the question is asked again after the next sign-in.
 */
export const useImportPlan = (algorithmId: string) => {
  const client = useTRPCClient();
  const id = useId();
  const source = useRef<ImportSource>({ text: '', provider_id: '' });
  /** how many questions there were */
  const [asked, setAsked] = useState(0);
  const [state, setState] = useState<'nothing' | 'typing' | 'asked'>('nothing');
  const query = useQuery({
    queryKey: ['plan of an import', id, algorithmId, asked],
    queryFn: () => client.secrets.import.mutate({ algorithmId, request: { ...source.current, apply: false } }),
    enabled: state === 'asked',
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const ask = useDebouncedCallback(() => {
    setAsked((before) => before + 1);
    setState('asked');
  }, typingMilliseconds);
  const look = (next: ImportSource) => {
    source.current = next;
    if (next.text.trim() !== '') {
      setState('typing');
      return ask();
    }
    ask.cancel();
    setState('nothing');
  };
  const isPending = state === 'typing' || query.isFetching;
  const plan: PlanState =
    state === 'nothing'
      ? nothing
      : {
          entries: query.data?.results ?? null,
          unread: query.data?.unread_lines ?? [],
          failure: query.isError && !isPending ? failureOf(query.error) : null,
          isPending,
        };
  return { plan, look };
};
