'use client';
import { Badge, Button, Text } from '@mantine/core';
import { useId } from 'react';
import type { FieldRow } from './arrange-pairs.ts';
import classes from './configuration-field-row.module.css';
import type { Pair, PairProblem } from './configuration-pairs.ts';
import { ConfigurationValue } from './configuration-value.tsx';

interface ConfigurationFieldRowProps {
  readonly row: FieldRow;
  /** its accessible name, such as "Pair 2" */
  readonly name: string;
  readonly problem: PairProblem | undefined;
  readonly onChange: (change: Partial<Pick<Pair, 'key' | 'value' | 'origin'>>) => void;
  /** left out where the key is required */
  readonly onClear?: () => void;
}

export const fileHelp = 'The file is read at each start, and its content is passed to the plugin.';

const helpOf = ({ field, isGivenElsewhere }: FieldRow) =>
  [
    field.description,
    field.kind === 'file' ? fileHelp : undefined,
    isGivenElsewhere ? 'Set by a pair below.' : undefined,
  ]
    .filter((part) => part !== undefined && part !== '')
    // a manifest's description may lack the period
    .map((part) => (/[.!?]$/.test(part ?? '') ? part : `${part}.`))
    .join(' ');

/** One key that the module declares, as a field of the form. */
export const ConfigurationFieldRow = ({ row, name, problem, onChange, onClear }: ConfigurationFieldRowProps) => {
  const id = useId();
  const { pair, field } = row;
  const isStored = pair.origin === 'stored';
  const isFile = field.kind === 'file';
  const label = field.label ?? field.key;
  const help = helpOf(row);
  return (
    <div role="group" aria-label={`${name}: ${label}`} className={classes.row}>
      <div className={classes.head}>
        <label htmlFor={`${id}-field`} className={classes.label}>
          {label}
          {isFile && <span className={classes.note}> · path of a file on the host</span>}
          {field.required && <span className={classes.required}> *</span>}
        </label>
        {isStored && (
          <Badge variant="light" size="sm" tt="none" className={classes.set ?? ''}>
            Set
          </Badge>
        )}
        {/* an input, because typing another key turns the row into a free pair */}
        <input
          aria-label={`${label}, key`}
          className={classes.key}
          size={Math.max(8, pair.key.length)}
          tabIndex={-1}
          autoComplete="off"
          spellCheck={false}
          readOnly={isStored}
          value={pair.key}
          onChange={(event) => onChange({ key: event.currentTarget.value, origin: 'typed' })}
        />
        {isStored && onClear && (
          <Button variant="subtle" color="gray" size="compact-xs" aria-label={`Remove ${label}`} onClick={onClear}>
            Remove
          </Button>
        )}
      </div>
      <ConfigurationValue
        id={`${id}-field`}
        label={`${label}${isFile ? ', path of a file on the host' : ''}, value`}
        describedBy={help === '' ? undefined : `${id}-help`}
        // a key that the module does not declare public may be a credential; a file's path is not
        isSecret={field.secret !== false && !isFile}
        isRequired={field.required === true}
        placeholder={isStored && problem === undefined ? 'Leave empty to keep the stored value' : field.placeholder}
        value={pair.value}
        error={problem?.value ?? problem?.key}
        onChange={(value) => onChange({ value })}
      />
      {help !== '' && (
        <Text id={`${id}-help`} fz="xs" c="dimmed" mt={4}>
          {help}
        </Text>
      )}
    </div>
  );
};
