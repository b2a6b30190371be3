'use client';
import { ActionIcon, Code, Group, Input, Pill, Stack, Text, UnstyledButton } from '@mantine/core';
import { XIcon } from '@primer/octicons-react';
import { useId } from 'react';
import { Choice, Disclosure } from '@secret-store/ui';
import { fileHelp } from '@/features/providers/configuration/configuration-field-row.tsx';
import type { ConfigurationField } from '@/features/providers/configuration/configuration-pairs.ts';
import { ConfigurationValue } from '@/features/providers/configuration/configuration-value.tsx';
import classes from './worker-credentials-section.module.css';
import type { WorkerCredentials } from './worker-credentials.ts';

interface WorkerCredentialsSectionProps {
  readonly credentials: WorkerCredentials;
  /** keys that are overridden for workers already */
  readonly setKeys: readonly string[];
  /** keys that can be overridden: the module's, and those typed by hand */
  readonly fields: readonly ConfigurationField[];
  readonly isMoved: boolean;
  readonly problems: ReadonlyMap<string, string>;
  readonly error: string | null;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onChange: (credentials: WorkerCredentials) => void;
}

const choices = [
  { key: 'keep', label: 'Keep' },
  { key: 'replace', label: 'Replace' },
  { key: 'remove', label: 'Remove' },
] as const;

export const WorkerCredentialsSection = (props: WorkerCredentialsSectionProps) => {
  const { credentials, setKeys, isMoved, problems, error } = props;
  const isSet = setKeys.length > 0;
  const change = (changed: Partial<WorkerCredentials>) => props.onChange({ ...credentials, ...changed });
  return (
    <Disclosure
      title="Credentials for workers"
      description={
        <>
          Give workers a read-only credential, and use a write-only one above, so that the backend can&rsquo;t read the
          vault.
          {isSet && (
            <>
              {' '}
              Set: <KeyNames keys={setKeys} />.
            </>
          )}
        </>
      }
      isOpen={props.isOpen}
      onToggle={props.onToggle}
    >
      <Stack gap="md">
        {isSet && (
          <div>
            <Choice
              label="Existing worker credentials"
              options={choices}
              chosen={credentials.choice}
              onChoose={(choice) => change({ choice })}
            />
            <Text fz="xs" c="dimmed" mt={6}>
              {isMoved
                ? 'They are sealed for the previous module. Re-enter or remove them.'
                : 'Only workers can open them, so they are replaced as a whole. Re-enter them when the module or a destination changes.'}
            </Text>
          </div>
        )}
        {(!isSet || credentials.choice === 'replace') && <OwnValues {...props} change={change} />}
        {error !== null && <Input.Error role="alert">{error}</Input.Error>}
        {!isSet && problems.size === 0 && error === null && (
          <Text fz="xs" c="dimmed">
            They are sealed for the workers when you save, and the backend can&rsquo;t open them. All other settings are
            the same for both.
          </Text>
        )}
      </Stack>
    </Disclosure>
  );
};

const KeyNames = ({ keys }: { readonly keys: readonly string[] }) =>
  keys.map((key, index) => (
    <span key={key}>
      {index > 0 && ', '}
      <Code fz="xs">{key}</Code>
    </span>
  ));

interface OwnValuesProps extends WorkerCredentialsSectionProps {
  readonly change: (changed: Partial<WorkerCredentials>) => void;
}

const OwnValues = ({ credentials: { values }, fields, problems, change }: OwnValuesProps) => {
  const fieldOf = (key: string) => fields.find((field) => field.key === key);
  const offered = fields.filter(({ key }) => !values.has(key));
  return (
    <>
      {[...values].map(([key, value]) => (
        <OwnValue
          key={key}
          name={key}
          field={fieldOf(key)}
          value={value}
          problem={problems.get(key)}
          onChange={(changed) => change({ values: new Map(values).set(key, changed) })}
          onRemove={() => change({ values: new Map([...values].filter(([other]) => other !== key)) })}
        />
      ))}
      {offered.length > 0 ? (
        <Group gap={6}>
          <Text fz="xs" c="dimmed">
            Override for workers:
          </Text>
          {offered.map(({ key, label }) => (
            <UnstyledButton key={key} onClick={() => change({ values: new Map(values).set(key, '') })}>
              <Pill>{label ?? key}</Pill>
            </UnstyledButton>
          ))}
        </Group>
      ) : (
        values.size === 0 && (
          <Text fz="xs" c="dimmed">
            Choose the module file or add pairs first. What can be overridden for workers is then listed here.
          </Text>
        )
      )}
    </>
  );
};

interface OwnValueProps {
  readonly name: string;
  readonly field: ConfigurationField | undefined;
  readonly value: string;
  readonly problem: string | undefined;
  readonly onChange: (value: string) => void;
  readonly onRemove: () => void;
}

const OwnValue = ({ name, field, value, problem, onChange, onRemove }: OwnValueProps) => {
  const id = useId();
  const isFile = field?.kind === 'file';
  const label = `${field?.label ?? name} for workers`;
  const help = isFile ? fileHelp : undefined;
  return (
    <div>
      <label htmlFor={id} className={classes.label}>
        {label}
        {isFile && <span className={classes.note}> · path of a file on the worker</span>}
      </label>
      <div className={classes.row}>
        <ConfigurationValue
          id={id}
          label={label}
          describedBy={help === undefined ? undefined : `${id}-help`}
          isSecret={field?.secret !== false && !isFile}
          placeholder={field?.placeholder}
          value={value}
          error={problem}
          onChange={onChange}
        />
        <ActionIcon variant="subtle" color="gray" size={36} aria-label={`Remove ${label}`} onClick={onRemove}>
          <XIcon size={16} aria-hidden="true" />
        </ActionIcon>
      </div>
      {help !== undefined && (
        <Text id={`${id}-help`} fz="xs" c="dimmed" mt={4}>
          {help}
        </Text>
      )}
    </div>
  );
};
