'use client';
import { Combobox, Loader, Modal, Text, TextInput, useCombobox } from '@mantine/core';
import { SearchIcon } from '@primer/octicons-react';
import { useRouter } from 'next/navigation';
import { useEffect, useEffectEvent, useRef, useState, useTransition } from 'react';
import { useGuardedLeave } from '@/forms/drafts.tsx';
import { useFoundPlaces } from './use-found-places.ts';

export interface PaletteProps {
  readonly onClose: () => void;
}

/** Leads to a page, an algorithm, a secret or a provider by a few letters of its name. */
export const Palette = ({ onClose }: PaletteProps) => {
  const router = useRouter();
  const leave = useGuardedLeave();
  const [isGoing, startGoing] = useTransition();
  const wasGoing = useRef(false);
  const [typed, setTyped] = useState('');
  const { groups, isLoading, failure } = useFoundPlaces(typed);
  const combobox = useCombobox({ opened: true });
  const shown = groups.flatMap(({ places }) => places.map(({ path }) => path)).join(' ');
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
      <Combobox store={combobox} onOptionSubmit={(path) => leave(() => startGoing(() => router.push(path)))}>
        <Combobox.EventsTarget withExpandedAttribute>
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
            onChange={({ currentTarget: { value } }) => setTyped(value)}
            // the list is always open, so Escape is for the dialog
            onKeyDown={({ key }) => {
              if (key === 'Escape') onClose();
            }}
          />
        </Combobox.EventsTarget>
        <Combobox.Options aria-label="Places" mah="50vh" mt="sm" style={{ overflowY: 'auto' }}>
          {groups.map(({ title, places }) => (
            <Combobox.Group key={title} label={title}>
              {places.map(({ path, name, about }) => (
                <Combobox.Option key={path} value={path}>
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
