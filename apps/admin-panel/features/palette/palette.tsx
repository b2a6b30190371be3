'use client';
import { Combobox, type ComboboxStore, Loader, Modal, Text, TextInput, useCombobox } from '@mantine/core';
import { SearchIcon } from '@primer/octicons-react';
import { useRouter } from 'next/navigation';
import { useEffect, useEffectEvent, useId, useRef, useState, useTransition } from 'react';
import { useGuardedLeave } from '@/forms/drafts.tsx';
import { useFoundPlaces } from './use-found-places.ts';

export interface PaletteProps {
  readonly typed: string;
  readonly onType: (text: string) => void;
  /** letters reach the field from now on */
  readonly onFocus: () => void;
  readonly onClose: () => void;
}

/** Leads to a page, an algorithm, a secret or a provider by a few letters of its name. */
export const Palette = ({ typed, onType, onFocus, onClose }: PaletteProps) => {
  const router = useRouter();
  const leave = useGuardedLeave();
  const [isGoing, startGoing] = useTransition();
  const wasGoing = useRef(false);
  const { groups, isLoading, failure } = useFoundPlaces(typed);
  const combobox = useCombobox({ opened: true });
  const places = groups.flatMap((group) => group.places.map(({ path }) => path));
  const shown = places.join(' ');
  const id = useId();
  const [moved, setMoved] = useState<{ readonly shown: string; readonly optionId: string | null } | null>(null);
  const first = places[0] === undefined ? undefined : `${id}-${places[0]}`;
  // a screen reader hears the first place before an arrow key is pressed, too
  const optionId = moved?.shown === shown ? (moved.optionId ?? undefined) : first;
  const movedTo = (reached: string | null) => {
    setMoved({ shown, optionId: reached });
    return reached;
  };
  const store: ComboboxStore = {
    ...combobox,
    selectNextOption: () => movedTo(combobox.selectNextOption()),
    selectPreviousOption: () => movedTo(combobox.selectPreviousOption()),
  };
  const selectFirst = useEffectEvent((_shown: string) => void combobox.selectFirstOption());
  // Enter opens the first place that is found
  useEffect(() => selectFirst(shown), [shown]);
  // it stays until the page is there
  useEffect(() => {
    if (wasGoing.current && !isGoing) onClose();
    wasGoing.current = isGoing;
  }, [isGoing, onClose]);
  return (
    <Modal opened onClose={onClose} title="Go to" size="lg" yOffset="10vh" zIndex={350} padding="md">
      <Combobox store={store} onOptionSubmit={(path) => leave(() => startGoing(() => router.push(path)))}>
        <Combobox.EventsTarget withExpandedAttribute aria-activedescendant={optionId}>
          <TextInput
            aria-label="Page, algorithm, variable or provider"
            placeholder="Page, algorithm, variable or provider"
            data-autofocus
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            leftSection={<SearchIcon size={16} aria-hidden="true" />}
            rightSection={(isLoading || isGoing) && <Loader size={14} aria-label="Loading" />}
            value={typed}
            onFocus={onFocus}
            onChange={({ currentTarget: { value } }) => {
              onType(value);
              setMoved(null);
              combobox.selectFirstOption();
            }}
            // the list is always open, so Escape is for the dialog
            onKeyDown={({ key }) => {
              if (key === 'Escape') onClose();
            }}
          />
        </Combobox.EventsTarget>
        <Combobox.Options aria-label="Places" mah="50vh" mt="sm" style={{ overflowY: 'auto' }}>
          {groups.map(({ title, places: found }) => (
            <Combobox.Group key={title} label={title}>
              {found.map(({ path, name, about }) => (
                <Combobox.Option key={path} id={`${id}-${path}`} value={path}>
                  <Text fz="sm" span style={{ overflowWrap: 'anywhere' }}>
                    {name}
                  </Text>
                  {about !== undefined && (
                    <Text fz="xs" opacity={0.85} style={{ overflowWrap: 'anywhere' }}>
                      {about}
                    </Text>
                  )}
                </Combobox.Option>
              ))}
            </Combobox.Group>
          ))}
          {groups.length === 0 && !isLoading && (
            <Combobox.Empty>
              <Text fz="sm">{failure ?? `Nothing found for “${typed.trim()}”`}</Text>
            </Combobox.Empty>
          )}
        </Combobox.Options>
        {groups.length > 0 && failure !== null && (
          <Text fz="sm" c="var(--mantine-color-error)" role="alert" mt="sm">
            {failure}
          </Text>
        )}
      </Combobox>
    </Modal>
  );
};
