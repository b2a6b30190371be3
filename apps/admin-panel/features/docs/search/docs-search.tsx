'use client';
import { Combobox, Kbd, Loader, Text, TextInput, useCombobox } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { SearchIcon } from '@primer/octicons-react';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';

/** Finds sections of the guides. The index is loaded when the field is used. */
export const DocsSearch = () => {
  const router = useRouter();
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const [words, setWords] = useState('');
  const [isUsed, setUsed] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => field.current?.focus()]]);
  const search = useQuery({
    queryKey: ['docs', 'search'],
    queryFn: async () => (await import('./load-search.ts')).loadSearch(),
    enabled: isUsed,
    staleTime: Infinity,
    retry: false,
  });
  const found = words.trim() === '' ? [] : (search.data?.(words) ?? []);

  const open = (address: string) => {
    setWords('');
    combobox.closeDropdown();
    field.current?.blur();
    router.push(address);
  };

  return (
    <Combobox store={combobox} onOptionSubmit={open} width={420} position="bottom-end">
      <Combobox.Target>
        <TextInput
          ref={field}
          type="search"
          aria-label="Search the documentation"
          placeholder="Search"
          w={{ base: 150, sm: 280 }}
          leftSection={<SearchIcon size={16} aria-hidden="true" />}
          rightSection={search.isLoading ? <Loader size={14} aria-label="Loading" /> : <Kbd visibleFrom="sm">/</Kbd>}
          value={words}
          onFocus={() => setUsed(true)}
          onBlur={() => combobox.closeDropdown()}
          onChange={({ currentTarget: { value } }) => {
            setWords(value);
            combobox.openDropdown();
            combobox.selectFirstOption();
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={words.trim() === '' || search.isLoading} mah="70vh" style={{ overflowY: 'auto' }}>
        <Combobox.Options aria-label="Results">
          {found.map(({ id, guide, heading, snippet }) => (
            <Combobox.Option key={id} value={id}>
              <Text fz="sm" fw={500}>
                {heading}
              </Text>
              <Text fz="xs" opacity={0.85}>
                {guide}
                {snippet !== '' && ` · ${snippet}`}
              </Text>
            </Combobox.Option>
          ))}
          {found.length === 0 && (
            <Combobox.Empty>
              {search.isError ? (
                <Text fz="sm">Couldn’t load the search. Reload the page to try again.</Text>
              ) : (
                <Text fz="sm">Nothing found for “{words.trim()}”</Text>
              )}
            </Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
};
