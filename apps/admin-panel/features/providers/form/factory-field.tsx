'use client';
import { Group, Pill, Text, TextInput, UnstyledButton, type TextInputProps } from '@mantine/core';
import { useId } from 'react';
import type { ModuleSummary } from '@secret-store/api/schemas';

interface FactoryFieldProps {
  readonly input: TextInputProps;
  readonly module: ModuleSummary | null;
  readonly className: string;
  /** where the chosen factory can connect, as far as it is known */
  readonly destinations: readonly string[];
  readonly onChoose: (className: string) => void;
}

/** The class that creates the provider: typed, or chosen from those in the module. */
export const FactoryField = ({ input, module, className, destinations, onChoose }: FactoryFieldProps) => {
  const suggestionsId = useId();
  const factories = module?.factories ?? [];
  const chosen = factories.find((factory) => factory.className === className);
  return (
    <div>
      <TextInput
        label="Provider factory classname"
        description="The class the module exports."
        required
        withAsterisk={false}
        autoCapitalize="none"
        spellCheck={false}
        list={suggestionsId}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        {...input}
      />
      <datalist id={suggestionsId}>
        {factories.map(({ className: name, displayName }) => (
          <option key={name} value={name}>
            {displayName}
          </option>
        ))}
      </datalist>
      {factories.length > 0 && (
        <Group gap={6} mt={8}>
          <Text fz="xs" c="dimmed">
            In this module:
          </Text>
          {factories.map(({ className: name, displayName }) => (
            <UnstyledButton key={name} aria-pressed={name === className} onClick={() => onChoose(name)}>
              <Pill
                {...(name === className && {
                  styles: {
                    root: { background: 'var(--mantine-primary-color-light)', color: 'var(--mantine-color-text)' },
                  },
                })}
              >
                {displayName}
              </Pill>
            </UnstyledButton>
          ))}
        </Group>
      )}
      {chosen && (
        <Text fz="xs" c="dimmed" mt={6}>
          {chosen.description !== '' && `${chosen.description.replace(/[.]$/, '')}. `}
          {destinations.length === 0
            ? 'It makes no connections.'
            : `It can connect only to ${destinations.join(', ')}.`}
        </Text>
      )}
      {module && !chosen && factories.length > 0 && className !== '' && (
        <Text fz="xs" c="var(--mantine-color-error)" mt={6}>
          This module doesn&rsquo;t export {className}.
        </Text>
      )}
    </div>
  );
};
