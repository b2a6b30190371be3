import type { FormErrors } from '@mantine/form';

export interface FormWithNodes {
  readonly getInputNode: (path: string) => HTMLElement | null;
}

const inOrderOfThePage = (one: HTMLElement, other: HTMLElement) =>
  one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;

/** After a rejected submit, moves the focus to the first field with an error, for keyboards and screen readers. */
export const focusFirstError = (form: FormWithNodes) => (errors: FormErrors) => {
  const [first] = Object.keys(errors)
    .flatMap((field) => form.getInputNode(field) ?? [])
    .sort(inOrderOfThePage);
  // in the middle: at an edge, the buttons of a dialog would cover it
  first?.scrollIntoView({ block: 'center' });
  first?.focus({ preventScroll: true });
};
