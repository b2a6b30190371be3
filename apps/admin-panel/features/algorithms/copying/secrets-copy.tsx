'use client';
import { Alert, Button, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { Algorithm, AlgorithmSecret } from '@secret-store/api/schemas';
import { FormActions, LoadingRows } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { useDraft } from '@/forms/drafts.tsx';
import { FormFailure } from '@/forms/form-failure.tsx';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC, useTRPCClient } from '@/trpc.ts';
import { CopyPlan } from './copy-plan.tsx';
import { type GivenValues, problemsOf, requestOf } from './given-values.ts';
import { TargetField } from './target-field.tsx';

interface SecretsCopyProps {
  readonly algorithmId: string;
  /** as they were ticked */
  readonly chosen: readonly AlgorithmSecret[];
  readonly onDone: () => void;
}

const countOf = (count: number) => (count === 1 ? '1 secret' : `${count.toLocaleString()} secrets`);

/** Which algorithm, what it has already, and a new value for each: the values of this algorithm stay here. */
export const SecretsCopy = ({ algorithmId: sourceId, chosen, onDone }: SecretsCopyProps) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [target, setTarget] = useState<Algorithm | null>(null);
  const [ids, setIds] = useState(() => chosen.map(({ id }) => id));
  const [values, setValues] = useState<GivenValues>(new Map());
  const [problems, setProblems] = useState<ReadonlyMap<string, string>>(new Map());
  useDraft(() => [...values.values()].some(({ text, isGenerated }) => text !== '' || isGenerated));
  const plan = useMutation({
    mutationFn: ({ of, secretIds }: { readonly of: Algorithm; readonly secretIds: readonly string[] }) =>
      client.secrets.copy.mutate({
        algorithmId: of.id,
        request: { sourceId, apply: false, secrets: secretIds.map((secretId) => ({ secretId })) },
      }),
  });
  const look = (of: Algorithm, secretIds: readonly string[]) => {
    setProblems(new Map());
    save.reset();
    plan.mutate({ of, secretIds });
  };
  const entries = plan.data?.results ?? [];
  const save = useMutation({
    // the values are read here, so that the mutation cache never has them
    mutationFn: (to: Algorithm) =>
      client.secrets.copy.mutate({
        algorithmId: to.id,
        request: { sourceId, apply: true, secrets: requestOf(entries, values) },
      }),
    onSuccess: ({ results }, to) => {
      if (results.some(({ action }) => action === 'refuse')) return look(to, ids);
      const copied = results.filter(({ action }) => action !== 'keep').length;
      notifySuccess('Secrets copied', `${to.owner}/${to.name} has ${countOf(copied)} more.`);
      onDone();
    },
    onSettled: () => queryClient.invalidateQueries(trpc.secrets.pathFilter()),
  });
  const copied = entries.filter(({ action }) => action === 'create' || action === 'refer').length;
  const refused = entries.filter(({ action }) => action === 'refuse').length;
  const submit = () => {
    const found = problemsOf(entries, values);
    // what is said at a field is there before the field is read out
    flushSync(() => setProblems(found));
    const first = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (first) {
      first.scrollIntoView({ block: 'center' });
      first.focus({ preventScroll: true });
    } else if (target !== null) save.mutate(target);
  };
  return (
    <form
      ref={form}
      noValidate
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack gap="md">
        <Text fz="sm">
          Variables, display names, descriptions and providers are copied. Values are not: nobody can read them here, so
          each new secret gets one of its own.
        </Text>
        <TargetField
          sourceId={sourceId}
          target={target}
          isDisabled={save.isPending}
          onChoose={(of) => {
            setTarget(of);
            look(of, ids);
          }}
        />
        {plan.isPending && <LoadingRows label="Making the plan" />}
        <FormFailure failure={plan.error === null ? null : failureOf(plan.error)} title="Couldn’t make the plan" />
        {plan.isSuccess && (
          <CopyPlan
            entries={entries}
            values={values}
            problems={problems}
            onGive={(secretId, value) => {
              setValues(new Map(values).set(secretId, value));
              setProblems(new Map([...problems].filter(([id]) => id !== secretId)));
            }}
            onLeaveOut={(secretId) => {
              const others = ids.filter((id) => id !== secretId);
              setIds(others);
              if (others.length === 0) onDone();
              else if (target !== null) look(target, others);
            }}
          />
        )}
        {refused > 0 && (
          <Alert color="red" title={`${countOf(refused)} can’t be copied`}>
            <Text fz="sm">
              Fix the reason or leave {refused === 1 ? 'it' : 'them'} out. Until then nothing is copied.
            </Text>
          </Alert>
        )}
        <FormFailure failure={save.error === null ? null : failureOf(save.error)} title="Couldn’t copy the secrets" />
        <FormActions>
          <Button type="submit" loading={save.isPending} disabled={!plan.isSuccess || copied === 0 || refused > 0}>
            {plan.isSuccess ? `Copy ${countOf(copied)}` : 'Copy'}
          </Button>
          <Button variant="subtle" color="gray" onClick={onDone} disabled={save.isPending}>
            Cancel
          </Button>
        </FormActions>
      </Stack>
    </form>
  );
};
