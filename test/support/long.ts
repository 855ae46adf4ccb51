// Hosts boot and pods start: what is awaited has limits of its own, this one only ends a test that hangs.
jest.setTimeout(30 * 60_000);
