import { MultiSelect, type MultiSelectProps } from '@mantine/core';
import { eventOptions } from './event-options.ts';

/** Which events are sent. */
export const EventsField = (
  props: Pick<MultiSelectProps, 'description' | 'value' | 'defaultValue' | 'error' | 'onChange'>,
) => (
  <MultiSelect
    label="Events"
    data={eventOptions}
    searchable
    hidePickedOptions
    nothingFoundMessage="No such event"
    required
    withAsterisk={false}
    {...props}
  />
);
