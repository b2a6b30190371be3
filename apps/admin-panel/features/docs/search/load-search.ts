import MiniSearch from 'minisearch';
import { z } from 'zod';
import '@/api/schemas-without-code.ts';
import { SearchedSection } from './searched-section.ts';

const resultsMaximum = 8;
const snippetLength = 140;

export interface FoundSection extends Pick<SearchedSection, 'id' | 'guide' | 'heading'> {
  /** the text around the first word that was found */
  readonly snippet: string;
}

export type Search = (words: string) => readonly FoundSection[];

/** @throws where the store does not respond */
export const loadSearch = async (): Promise<Search> => {
  const answer = await fetch('/docs/search.json');
  if (!answer.ok) throw new Error(`${answer.status} for the sections of the documentation`);
  const sections = new Map(
    z
      .array(SearchedSection)
      .parse(await answer.json())
      .map((section) => [section.id, section]),
  );
  const index = new MiniSearch({
    fields: ['heading', 'guide', 'text'],
    searchOptions: { boost: { heading: 4, guide: 2 }, prefix: true, fuzzy: 0.15, combineWith: 'AND' },
  });
  index.addAll([...sections.values()]);
  return (words) =>
    index
      .search(words)
      .slice(0, resultsMaximum)
      .flatMap(({ id, terms }) => {
        const section = sections.get(String(id));
        return section === undefined ? [] : [{ ...section, snippet: snippetOf(section.text, terms) }];
      });
};

const snippetOf = (text: string, terms: readonly string[]): string => {
  const lower = text.toLowerCase();
  const places = terms.map((term) => lower.indexOf(term)).filter((place) => place >= 0);
  const around = Math.max(0, Math.min(...places, text.length) - snippetLength / 3);
  const begin = around === 0 || places.length === 0 ? 0 : text.indexOf(' ', around) + 1;
  const end = begin + snippetLength;
  return `${begin === 0 ? '' : '… '}${text.slice(begin, end).trim()}${end < text.length ? ' …' : ''}`;
};
