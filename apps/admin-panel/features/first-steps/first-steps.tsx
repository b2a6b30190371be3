'use client';
import { Button } from '@mantine/core';
import { useDeferredValue } from 'react';
import type { FirstStep } from '@secret-store/api/schemas';
import { Section } from '@secret-store/ui';
import { paths } from '@/paths.ts';
import { PageLink } from '@/page/page-link.tsx';
import { FirstStepRow } from './first-step-row.tsx';
import classes from './first-steps.module.css';
import { RecoveryFileStep } from './recovery-file-step.tsx';
import { useFirstSteps } from './use-first-steps.ts';

const StepLink = ({ to, children }: { readonly to: string; readonly children: string }) => (
  <Button component={PageLink} href={to} variant="default" size="xs">
    {children}
  </Button>
);

/** What a new store needs, until it is done or the list is closed. Nothing else waits for it, so it has no states of its own. */
export const FirstSteps = () => {
  const { steps, confirmRecoveryFile, close } = useFirstSteps();
  // in small steps, as QueryStates does
  const isTaken = useDeferredValue(steps.data !== undefined);
  if (steps.data === undefined || !isTaken || steps.data.isClosed) return null;
  const { done, algorithm } = steps.data;
  const isDone = (step: FirstStep) => done.includes(step);
  const settings = algorithm === null ? null : paths.algorithmSettings(algorithm.owner, algorithm.name);
  return (
    <Section
      title="First steps"
      description={`${done.length} of 6 done. Only administrators see this list.`}
      isFlush
      actions={
        <Button variant="subtle" color="gray" size="xs" loading={close.isPending} onClick={() => close.mutate()}>
          Close this list
        </Button>
      }
    >
      <ol className={classes.list} aria-label="First steps">
        <RecoveryFileStep isDone={isDone('recoveryFile')} confirm={confirmRecoveryFile} />
        <FirstStepRow
          title="Connect a vault"
          isDone={isDone('provider')}
          isOptional
          action={<StepLink to={paths.newProvider}>Connect</StepLink>}
        >
          Keep secrets in HashiCorp Vault, OpenBao or a cloud. Without one, this store keeps them itself.
        </FirstStepRow>
        <FirstStepRow
          title="Name your first algorithm"
          isDone={isDone('algorithm')}
          action={<StepLink to={paths.newAlgorithm}>Name it</StepLink>}
        >
          The code that gets the secrets, such as demo/hello.
        </FirstStepRow>
        <FirstStepRow
          title="Give it a secret"
          isDone={isDone('secret')}
          action={settings === null ? undefined : <StepLink to={settings}>Go to its page</StepLink>}
        >
          A password or token, under the name of an environment variable.
        </FirstStepRow>
        <FirstStepRow title="Delivered to a worker" isDone={isDone('delivered')}>
          {isDone('secret')
            ? 'Waiting for a worker to say that it has the secret. This takes seconds.'
            : 'Done as soon as a worker has your first secret.'}
        </FirstStepRow>
        <FirstStepRow
          title="Invite a colleague"
          isDone={isDone('user')}
          isOptional
          action={<StepLink to={paths.users}>Invite</StepLink>}
        >
          Each person gets an account, so that the audit says who did what.
        </FirstStepRow>
      </ol>
    </Section>
  );
};
