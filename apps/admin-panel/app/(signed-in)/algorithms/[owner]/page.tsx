import { redirect } from 'next/navigation';
import { paths } from '@/paths.ts';

const Page = async ({ params }: { readonly params: Promise<{ owner: string }> }) => {
  const { owner } = await params;
  return redirect(paths.algorithmsOf(owner));
};

export default Page;
