import { redirect } from 'next/navigation';
import { paths } from '@/paths.ts';

const Page = async ({ params }: { readonly params: Promise<{ owner: string; name: string }> }) => {
  const { owner, name } = await params;
  return redirect(paths.algorithmSettings(owner, name));
};

export default Page;
