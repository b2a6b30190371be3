import type { FormErrors } from '@mantine/form';

interface FormWithNodes {
  readonly getInputNode: (path: string) => HTMLElement | null;
}

/** After a refused submit, to the first field at fault: with a keyboard or a screen reader it is not to be searched for. */
export const focusFirstError = (form: FormWithNodes) => (errors: FormErrors) => {
  const [first] = Object.keys(errors);
  if (first !== undefined) form.getInputNode(first)?.focus();
};
