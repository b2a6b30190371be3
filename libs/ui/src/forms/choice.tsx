'use client';
import { UnstyledButton } from '@mantine/core';
import { useRef, type KeyboardEvent } from 'react';
import classes from './choice.module.css';

interface ChoiceOption<Key extends string> {
  readonly key: Key;
  readonly label: string;
  readonly isDisabled?: boolean;
}

interface ChoiceProps<Key extends string> {
  readonly label: string;
  readonly options: readonly ChoiceOption<Key>[];
  readonly chosen: Key;
  readonly onChoose: (key: Key) => void;
}

const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** A choice of a few options, side by side. Buttons, so that only fields of the form have a field's label. */
export const Choice = <Key extends string>({ label, options, chosen, onChoose }: ChoiceProps<Key>) => {
  const group = useRef<HTMLDivElement>(null);
  const enabled = options.filter(({ isDisabled }) => !isDisabled);
  const move = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = enabled.findIndex(({ key }) => key === chosen);
    const next = enabled[(at + step + enabled.length) % enabled.length];
    if (!next) return;
    onChoose(next.key);
    group.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(next.key)}"]`)?.focus();
  };
  return (
    <div ref={group} role="radiogroup" aria-label={label} className={classes.group} onKeyDown={move}>
      {options.map(({ key, label: text, isDisabled = false }) => (
        <UnstyledButton
          key={key}
          role="radio"
          aria-checked={key === chosen}
          data-key={key}
          tabIndex={key === chosen ? 0 : -1}
          disabled={isDisabled}
          className={classes.option ?? ''}
          onClick={() => onChoose(key)}
        >
          {text}
        </UnstyledButton>
      ))}
    </div>
  );
};
