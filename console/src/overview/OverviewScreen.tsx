import { OverviewView } from './OverviewView.tsx';
import { useOverview } from './useOverview.ts';

export const OverviewScreen = () => <OverviewView {...useOverview()} />;
