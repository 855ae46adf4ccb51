import { ownerError } from "../../../components/nfs/owner";

test.each(["", "root:root", "999:999", "first.last:domain.users"])('"%s" is an owner', (owner) => {
  expect(ownerError(owner)).toBeUndefined();
});

test.each(["root", "root:", ".:root", "-R:root", "a b:c", "$(id):root"])('"%s" is none', (owner) => {
  expect(ownerError(owner)).toContain("is not an owner");
});
