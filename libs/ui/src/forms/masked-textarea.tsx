'use client';
import { Button, Textarea, type TextareaProps } from '@mantine/core';
import { EyeIcon, EyeClosedIcon } from '@primer/octicons-react';
import { useState, type KeyboardEvent } from 'react';
import classes from './masked-textarea.module.css';

/** Attributes by which password managers leave a field alone: 1Password, LastPass, Bitwarden, Dashlane. */
export const leftAloneByManagers = {
  'data-1p-ignore': '',
  'data-lpignore': 'true',
  'data-bwignore': '',
  'data-form-type': 'other',
} as const;

const isSubmit = (element: Element) => element instanceof HTMLButtonElement && element.type === 'submit';

/** Enter alone is a line break. As with Enter in other fields, nothing is sent while the form's first button is disabled. */
const submitByKeys = (event: KeyboardEvent<HTMLTextAreaElement>) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  const { form } = event.currentTarget;
  if (form && [...form.elements].find(isSubmit)?.matches(':disabled') !== true) form.requestSubmit();
};

/**
 * A field for a value of several lines that does not show it. A password field would drop the line breaks of a key or
 * certificate. Spell checkers and password managers are told to ignore it.
 */
export const MaskedTextarea = (props: TextareaProps) => {
  const [isShown, setShown] = useState(false);
  return (
    <div className={classes.frame}>
      <Textarea
        autosize
        minRows={3}
        maxRows={12}
        {...props}
        onKeyDown={submitByKeys}
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        {...leftAloneByManagers}
        classNames={{ input: isShown ? (classes.shown ?? '') : (classes.masked ?? '') }}
      />
      <Button
        className={classes.toggle}
        variant="subtle"
        size="compact-sm"
        aria-pressed={isShown}
        onClick={() => setShown((shown) => !shown)}
        leftSection={
          isShown ? <EyeClosedIcon size={14} aria-hidden="true" /> : <EyeIcon size={14} aria-hidden="true" />
        }
      >
        {isShown ? 'Hide' : 'Show'}
      </Button>
    </div>
  );
};
