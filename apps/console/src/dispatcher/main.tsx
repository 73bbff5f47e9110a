import { render } from 'preact';
import '../shared/styles/all.css';
import './dispatcher.css';
import { DispatcherPage } from './dispatcher-page.tsx';
import { addressInsteadOf } from './old-address.ts';

const address = addressInsteadOf(location);
if (address !== undefined) history.replaceState(history.state, '', address);

const root = document.getElementById('page');
if (root) {
  root.replaceChildren();
  render(<DispatcherPage />, root);
}
