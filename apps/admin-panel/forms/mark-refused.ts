import type { FormErrors } from '@mantine/form';
import { flushSync } from 'react-dom';
import { failureOf } from '@/api/failure.ts';
import { focusFirstError, type FormWithNodes } from './focus-first-error.ts';
import { fieldErrors } from './validate-with.ts';

interface RefusedForm extends FormWithNodes {
  readonly setErrors: (errors: FormErrors) => void;
  readonly getValues: () => object;
}

/** After the store refused a form: says at each field what is wrong with it, and leads to the first. */
export const markRefused = (form: RefusedForm, error: unknown) => {
  const errors = fieldErrors(failureOf(error).fields, Object.keys(form.getValues()));
  // what is said at a field is there before the field is read out
  flushSync(() => form.setErrors(errors));
  focusFirstError(form)(errors);
};
