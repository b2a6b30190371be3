import type { ReactNode } from 'react';
import { Section } from '@secret-store/ui';

interface SecretsSectionProps {
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** The frame of the list, which is shown before the list is there. */
export const SecretsSection = ({ actions, children }: SecretsSectionProps) => (
  <Section
    title="Secrets"
    description="Each secret is an environment variable. Values can be replaced but never viewed."
    isFlush
    actions={actions}
  >
    {children}
  </Section>
);
