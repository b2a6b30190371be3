/** To the first field of the configuration, or to the first one at fault. */
export const goToConfiguration = () => {
  const configuration = document.querySelector<HTMLElement>('fieldset[data-configuration]');
  configuration?.scrollIntoView({ block: 'start' });
  const fields = 'input:not([tabindex="-1"]), textarea, button';
  const field = configuration?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? configuration?.querySelector<HTMLElement>(fields);
  field?.focus({ preventScroll: true });
};
