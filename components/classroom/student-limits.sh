#!/usr/bin/env bash
# What limits the directories of students: project quotas of XFS, in which the project's number is the student's uid. Values:
# those of student-directories.sh, whose functions stand in the class's folder, `class`, when they call these.
# shellcheck disable=SC2034,SC2153,SC2154 # The values are in capitals; what is joined with this sets and uses the rest.

# refuse_class ERRORS [WORDS]: ends with at most twenty lines of what stands against it, if anything does.
refuse_class() {
  local lines
  [[ -n $1 ]] || return 0
  mapfile -t lines <<<"$1"
  ((${#lines[@]} <= 20)) || lines=("${lines[@]:0:20}" "and $((${#lines[@]} - 20)) more like these.")
  fail "${lines[@]}" "${@:2}"
}

# A line for each student: namespace, uid, KiB (in steps of the file system's blocks), inodes.
roster() {
  local i
  for i in "${!STUDENTS[@]}"; do
    # shellcheck disable=SC2017 # rounded up on purpose
    echo "${STUDENTS[i]} ${UIDS[i]} $(((BYTES[i] + 4095) / 4096 * 4)) ${INODES[i]}"
  done
}

# Sets `limits` to how students are limited: by XFS; or not, with what to do about it.
limits=off
remedy=
find_limits() {
  local type options source
  [[ $QUOTA != off ]] || return 0
  mount_point=$(findmnt -n -o TARGET -T "$class") || fail "findmnt does not tell what $class is on."
  read -r type options source < <(findmnt -n -r -o FSTYPE,OPTIONS,SOURCE -T "$class")
  remedy="XFS, mounted with the option prjquota, is needed"
  if [[ $type != xfs ]]; then
    limits="$class is on $type ($source, mounted at $mount_point)"
    remedy+=": on a disk of its own (mkfs.xfs DEVICE), with the line \"DEVICE $EXPORT_PATH xfs defaults,prjquota 0 0\" in /etc/fstab."
  elif [[ ,$options, != *,prjquota,* ]]; then
    limits="$class is on XFS ($source, mounted at $mount_point) without project quotas in force"
    if [[ $mount_point == / ]]; then
      remedy+=": for a root file system add rootflags=prjquota to the kernel's command line, and reboot."
    else
      remedy+=": add it in /etc/fstab, then unmount and mount (remount does not do it)."
    fi
  else
    limits=xfs
  fi
}

# projects DIRECTORY...: the project of each and its flags, a line each, as "DIRECTORY PROJECT FLAGS".
projects() { (($# == 0)) || lsattr -p -d -- "$@" | awk '{ print $3, $1, $2 }'; }

# What the file system counts, a line for each project: id, KiB used, KiB at most, inodes used, inodes at most.
report() {
  xfs_quota -x -c 'report -p -n -N -b -i' "$mount_point" |
    sed -n 's/\[[^]]*\]//g; s/^#//p' | awk '{ print $1, $2, $4, $6, $8 }'
}

# Prints what is to be set, a line each: "project DIRECTORY ID" and "limit ID KIB INODES".
unlimited() {
  local names=()
  mapfile -t names < <(awk 'FILENAME == ARGV[1] { there[$0]; next } $1 in there { print $1 }' <(find . -mindepth 1 -maxdepth 1 -type d -printf '%P\n') <(roster))
  awk '
    FILENAME == ARGV[1] { project[$1] = $2; inherited[$1] = $3 ~ /P/; next }
    FILENAME == ARGV[2] { limit[$1] = $3 " " $5; next }
    $1 in project {
      if (project[$1] != $2 || !inherited[$1]) print "project", $1, $2
      if (limit[$2] != $3 " " $4) print "limit", $2, $3, $4
    }' <(projects "${names[@]}") <(report) <(roster)
}

# errors_of COMMAND...: prints what it says on standard error. xfs_quota's exit code is 0 after most errors, so what it did is
# looked at afterwards.
errors_of() { { "$@" >/dev/null || true; } 2>&1; }

# set_projects -s|-C DIRECTORY ID...: puts directories, with all that is in them, into projects or out of them.
set_projects() {
  local option=$1 table=$state_folder/projects ids=''
  shift
  : >"$table"
  while (($# > 0)); do
    echo "$2:$class/$1" >>"$table"
    ids+=" $2"
    shift 2
  done
  errors_of xfs_quota -x -D "$table" -P /dev/null -c "project $option$ids" "$mount_point"
  rm -f "$table"
}

limit_students() {
  local todo words='' left moved=() changed=()
  todo=$(unlimited)
  [[ -n $todo ]] || return 0
  read -r -d '' -a moved < <(awk '$1 == "project" { print $2, $3 }' <<<"$todo") || true
  ((${#moved[@]} == 0)) || words=$(set_projects -s "${moved[@]}")
  mapfile -t changed < <(awk '$1 == "limit" { printf "-c\nlimit -p bsoft=0 bhard=%sk isoft=0 ihard=%s %s\n", $3, $4, $2 }' <<<"$todo")
  ((${#changed[@]} == 0)) || words+=$(errors_of xfs_quota -x "${changed[@]}" "$mount_point")
  left=$(unlimited)
  refuse_class "$left" "could not be set for students of $class. xfs_quota said:" "$(tail -n 10 <<<"$words")"
  say "$((${#moved[@]} / 2)) projects and $((${#changed[@]} / 2)) limits set on $mount_point"
}

# Takes all students, also those who left, out of their projects, and the limits away.
free_projects() {
  local words names=() owned=() changed=()
  mapfile -t names < <(find . -mindepth 1 -maxdepth 1 -type d ! -name .archived -printf '%P\n')
  read -r -d '' -a owned < <(projects "${names[@]}" | awk '$2 != 0 { print $1, $2 }') || true
  ((${#owned[@]} > 0)) || return 0
  words=$(set_projects -C "${owned[@]}")
  [[ -z $(projects "${names[@]}" | awk '$2 != 0') ]] || fail "The students of $class still have their projects. xfs_quota said:" "$words"
  mapfile -t changed < <(printf '%s %s\n' "${owned[@]}" | awk '{ printf "-c\nlimit -p bsoft=0 bhard=0 isoft=0 ihard=0 %s\n", $2 }')
  errors_of xfs_quota -x "${changed[@]}" "$mount_point"
}
