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
  /** keys that workers have values of their own for already */
  readonly setKeys: readonly string[];
  /** keys that can be given: the module's, and those typed by hand */
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
          Give the workers a credential that may only read, and this configuration one that may only write: then the
          backend cannot read the vault.
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
              label="What becomes of the credentials that are set"
              options={choices}
              chosen={credentials.choice}
              onChoose={(choice) => change({ choice })}
            />
            <Text fz="xs" c="dimmed" mt={6}>
              {isMoved
                ? 'They are sealed for the module before: give them again, or remove them.'
                : 'They are sealed: nobody but a worker can open them, so they are replaced as a whole, and must be given again with a new module or destination.'}
            </Text>
          </div>
        )}
        {(!isSet || credentials.choice === 'replace') && <OwnValues {...props} change={change} />}
        {error !== null && <Input.Error role="alert">{error}</Input.Error>}
        {!isSet && problems.size === 0 && error === null && (
          <Text fz="xs" c="dimmed">
            They are sealed to the workers as they are saved, and never kept where the backend could open them. All other
            settings are the same on both sides.
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
            The workers get their own
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
            Choose the module file first, or add pairs: what can be given to the workers alone is offered here.
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
        {isFile && <span className={classes.note}> · path of a file that the worker&rsquo;s host reads</span>}
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
        <ActionIcon variant="subtle" color="gray" size={36} aria-label={`Take away: ${label}`} onClick={onRemove}>
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
