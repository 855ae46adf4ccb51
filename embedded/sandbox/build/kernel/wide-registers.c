/*
 * Lets User Mode Linux run on processors with AMX, whose registers are more than it knows of.
 *
 * Linux takes the registers of a traced process (NT_X86_XSTATE) as a whole only, and refuses less with EFAULT. User Mode
 * Linux 6.1 hands over as much as it has room for, which is all but AMX's. This library is loaded before the C library,
 * and adds these: empty, and marked as not in use, for no program of a guest can have been allowed to use them.
 *
 * It is made without the C library's headers, so that a compiler is all that it takes.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct iovec {
  void *base;
  size_t length;
};

extern long syscall(long number, ...);
extern void *memcpy(void *target, const void *source, size_t length);
extern void *memset(void *target, int byte, size_t length);
extern int *__errno_location(void);

enum {
  SYS_ptrace = 101,
  PTRACE_PEEKTEXT = 1,
  PTRACE_PEEKDATA = 2,
  PTRACE_PEEKUSER = 3,
  PTRACE_GETREGSET = 0x4204,
  PTRACE_SETREGSET = 0x4205,
  NT_X86_XSTATE = 0x202,
};

/* The kernel finds at this byte of the registers which features of the processor are in use; AMX's are these two bits. */
enum { IN_USE = 512 };
static const uint64_t amx = (uint64_t)3 << 17;

/* More than any processor has so far: 11 KiB with AMX. */
static char whole[64 * 1024] __attribute__((aligned(64)));

/* How much it is on this processor; 0 as long as that is not known. */
static size_t size;

static size_t find_size(int process) {
  struct iovec room = {whole, sizeof whole};
  return syscall(SYS_ptrace, PTRACE_GETREGSET, process, NT_X86_XSTATE, &room) == 0 ? room.length : 0;
}

static long set_registers(int process, const struct iovec *given) {
  uint64_t in_use;
  struct iovec all = {whole, size};
  memcpy(whole, given->base, given->length);
  memset(whole + given->length, 0, size - given->length);
  memcpy(&in_use, whole + IN_USE, sizeof in_use);
  in_use &= ~amx;
  memcpy(whole + IN_USE, &in_use, sizeof in_use);
  return syscall(SYS_ptrace, PTRACE_SETREGSET, process, NT_X86_XSTATE, &all);
}

/* As the C library's, ptrace(2), which this takes the place of. */
long ptrace(int request, ...) {
  va_list arguments;
  va_start(arguments, request);
  int process = va_arg(arguments, int);
  void *address = va_arg(arguments, void *);
  void *data = va_arg(arguments, void *);
  va_end(arguments);

  if (request == PTRACE_SETREGSET && (uintptr_t)address == NT_X86_XSTATE) {
    const struct iovec *given = data;
    if (size == 0) size = find_size(process);
    if (given->length < size) return set_registers(process, given);
  }
  if (request == PTRACE_PEEKTEXT || request == PTRACE_PEEKDATA || request == PTRACE_PEEKUSER) {
    long word;
    long result = syscall(SYS_ptrace, request, process, address, &word);
    if (result < 0) return result;
    *__errno_location() = 0;
    return word;
  }
  return syscall(SYS_ptrace, request, process, address, data);
}
