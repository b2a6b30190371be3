import type { FormErrors } from '@mantine/form';

interface FormWithNodes {
  readonly getInputNode: (path: string) => HTMLElement | null;
}

/** After a rejected submit, moves the focus to the first field with an error, for keyboards and screen readers. */
export const focusFirstError = (form: FormWithNodes) => (errors: FormErrors) => {
  const [first] = Object.keys(errors);
  if (first !== undefined) form.getInputNode(first)?.focus();
};
