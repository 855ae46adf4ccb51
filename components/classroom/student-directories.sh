#!/usr/bin/env bash
# The directories of a class's students below an export, each with its own limit. Values: those of nfs-directories.sh, for
# the class's folder alone, which is DIRECTORIES[0]; STUDENTS, UIDS, BYTES, INODES, arrays with an entry for each student: the
# namespace and with it the directory's name, the uid, and the most that the directory may hold; VOLUMES, what every directory
# has for volumes; QUOTA: required, "if possible" or off. STUDENT: the one that is made anew.
#
# No process is started for one student alone: a host may be slow at that.
# shellcheck disable=SC2153,SC2154 # The values are in capitals; the scripts that are put before it set the rest.

# The actions of nfs-directories.sh are for the class's folder: these are for the whole class.
main() {
  [[ $(id -u) == 0 ]] || fail "This script must run as root."
  case $1 in check | usage) lock 3 ;; *) lock 300 ;; esac
  case $1 in
    apply | update) class_apply "$1" ;;
    archive | check | usage) "class_$1" ;;
    archive-student) class_reset archived ;;
    wipe-student) class_reset wiped ;;
    *) "$@" ;;
  esac
}

# Sets `class` and goes there: names are shorter than paths, and have no blank in them.
enter_class() {
  class=${real[0]}
  cd -- "$class" || fail "$class cannot be entered."
}

# What differs from how it should be, a line each: PATH, MODE, UID, and what it is: - when it is not there, or "MODE UID GID",
# or the type of what is not a directory. Parents come before what is in them.
differing() {
  awk -v volumes="${VOLUMES[*]}" '
    function want(path, mode, uid) {
      if (!(path in found)) print path, mode, uid, "-"
      else if (found[path] != mode " " uid " " uid) print path, mode, uid, found[path]
    }
    FILENAME == ARGV[1] { found[$5] = $1 == "d" ? sprintf("%04d %s %s", $2, $3, $4) : $1; next }
    {
      want($1, "0755", 0)
      want($1 "/claims", "0755", 0)
      count = split(volumes, name, " ")
      for (i = 1; i <= count; i++) want($1 "/" name[i], "0700", $2)
    }' <(find . -mindepth 1 -maxdepth 2 -path ./.archived -prune -o -printf '%y %m %U %G %P\n') <(roster)
}

# What is there and cannot be a directory of a student: only root writes in these folders.
not_directories() {
  awk -v class="$class" '$4 ~ /^[^-0-9]/ { print class "/" $1 " is there already and is not a directory: remove it." }' <<<"$1"
}

# The uids that owners of classes have on this host, also of students who left: a line each, uid and namespace, and before
# them the class's folder.
classes=$state_folder/classes
uids_file=$classes/${OWNER//\//:}

# Prints whose are the uids, that others have.
foreign_uids() {
  local file others=()
  for file in "$classes"/*; do [[ ! -e $file || $file == "$uids_file" || $file == *.new ]] || others+=("$file"); done
  if ((${#others[@]} > 0)); then
    awk -v class="$class" '
      FILENAME == ARGV[1] { uid[$1] = $2; next }
      FNR == 1 { other = $0; next }
      other != class && $1 in uid {
        print "uid " $1 " of " uid[$1] " is that of " $2 " in " other ": their files and limits would be one. Give this class other uids."
      }' <(roster | awk '{ print $2, $1 }') "${others[@]}"
  fi
  getent passwd | awk -F '[: ]' 'FILENAME == ARGV[1] { uid[$2] = $1; next } $3 in uid { print "uid " $3 " of " uid[$3] " is the user " $1 " of this host: give this class other uids." }' <(roster) -
}

# Prints which projects have limits or files that are not of this class.
foreign_projects() {
  [[ $limits == xfs && -n $(command -v xfs_quota) ]] || return 0
  local names=()
  mapfile -t names < <(find . -mindepth 1 -maxdepth 1 -type d ! -name .archived -printf '%P\n')
  awk '
    FILENAME == ARGV[1] { ours[$2]; next }
    FILENAME == ARGV[2] { ours[$1]; next }
    FILENAME == ARGV[3] { if ($2 + $3 + $4 + $5 > 0) used[$1]; next }
    $2 in used && !($2 in ours) { print "project " $2 " of this file system (the uid of " $1 ") is in use, and not by this class: give this class other uids." }
  ' <(projects "${names[@]}") <(cat "$uids_file" 2>/dev/null) <(report) <(roster)
}

note_uids() {
  local text
  text=$(
    echo "$class"
    {
      [[ ! -e $uids_file ]] || tail -n +2 "$uids_file"
      roster | awk '{ print $2, $1 }'
    } | sort -u
  )
  [[ ! -e $uids_file || $text != "$(<"$uids_file")" ]] || return 0
  install -d -m 0700 "$state_folder" "$classes"
  (umask 077 && printf '%s\n' "$text" >"$uids_file.new")
  sync "$uids_file.new"
  mv -f "$uids_file.new" "$uids_file"
}

# What a run that was cut off has left: directories that were taken away, and still count for their student or are to go.
finish_resets() {
  local names=() archived=() words
  [[ -d .archived ]] || return 0
  find .archived -mindepth 1 -maxdepth 1 -name 'wiped-*' -exec rm -rf --one-file-system -- '{}' +
  [[ $limits == xfs ]] || return 0
  mapfile -t names < <(find .archived -mindepth 1 -maxdepth 1 -type d)
  read -r -d '' -a archived < <(projects "${names[@]}" | awk '$2 != 0 { print $1, $2 }') || true
  ((${#archived[@]} > 0)) || return 0
  words=$(set_projects -C "${archived[@]}")
  [[ -z $(projects "${names[@]}" | awk '$2 != 0') ]] || fail "What was archived in $class/.archived still counts for its students:" "$words"
}

class_apply() {
  local errors
  # The class's folder.
  "$1"
  enter_class
  find_limits
  if [[ $limits == xfs ]]; then
    install_package xfs_quota xfsprogs xfsprogs
    install_package lsattr e2fsprogs e2fsprogs
  elif [[ $QUOTA == required ]]; then
    fail "Students cannot be limited: $limits." "$remedy"
  elif [[ $limits != off ]]; then
    say "WARNING: nothing limits what students store: $limits." "$remedy"
  fi
  finish_resets
  errors=$(foreign_uids)
  refuse_class "${errors:-$(foreign_projects)}" "No student's directory was changed."
  make_students
  say "${#STUDENTS[@]} students' directories in $class, generation $GENERATION"
}

make_students() {
  local differences missing
  differences=$(differing)
  refuse_class "$(not_directories "$differences")" "No student's directory was changed."
  note_uids
  mapfile -t missing < <(awk '$4 == "-" && $1 !~ /\// { print $1 }' <<<"$differences")
  ((${#missing[@]} == 0)) || (umask 022 && mkdir -- "${missing[@]}")
  # Before anything can be in them.
  [[ $limits != xfs ]] || limit_students
  [[ -n $differences ]] || return 0
  # From its root on, so that it is no matter whose the folders above are.
  awk '{ print "d /" $1, $2, $3, $3, "-" }' <<<"$differences" | systemd-tmpfiles --create --root="$class" - 9>&-
  differences=$(differing)
  refuse_class "$(tell_differences "$differences")" "systemd-tmpfiles could not make it so."
}

tell_differences() {
  awk -v class="$class" '
    NF == 0 { next }
    $4 == "-" { print class "/" $1 " is not there"; next }
    $4 !~ /^[0-9]/ { print class "/" $1 " is not a directory"; next }
    $4 != $2 { print class "/" $1 " has mode " $4 " instead of " $2 }
    $5 != $3 || $6 != $3 { print class "/" $1 " belongs to " $5 ":" $6 " instead of " $3 ":" $3 }' <<<"$1"
}

# Looks without changing anything: is what was applied still so?
class_check() {
  local errors todo
  errors=$(check 2>&1) || fail "$errors"
  resolve
  enter_class
  # The CSI driver removes an empty folder of claims, and makes it again.
  errors=$(tell_differences "$(differing | sed '/\/claims 0755 0 -$/d')")
  find_limits
  if [[ $limits == xfs ]]; then
    if command -v xfs_quota >/dev/null && command -v lsattr >/dev/null; then
      todo=$(unlimited)
      errors+=${errors:+$'\n'}$(awk -v class="$class" '
        $1 == "project" { print class "/" $2 " is not in project " $3 ": nothing limits it" }
        $1 == "limit" { print "the project " $2 " of " class " is not limited to " $3 " KiB and " $4 " inodes" }' <<<"$todo")
    else
      errors+=${errors:+$'\n'}"xfsprogs is not installed: what limits the students cannot be told"
    fi
  elif [[ $QUOTA == required ]]; then
    errors+=${errors:+$'\n'}"nothing limits what students store: $limits. $remedy"
  fi
  refuse_class "$errors"
}

# Prints JSON, an object a line: first the export's, then each student's. Bytes and inodes used are null where nothing counts.
class_usage() {
  local size free inodes free_inodes addresses quota=none
  resolve
  [[ -d ${real[0]} ]] || fail "${real[0]} is not there: run pulumi up first."
  enter_class
  find_limits
  [[ $limits != xfs || -z $(command -v xfs_quota) ]] || quota=xfs
  read -r size free inodes free_inodes < <(stat -f -c '%b %a %c %d %S' -- . | awk '{ printf "%.0f %.0f %s %s\n", $1 * $5, $2 * $5, $3, $4 }')
  addresses=$(ip -o address show scope global 2>/dev/null | awk '{ sub("/.*", "", $4); printf "%s\"%s\"", separator, $4; separator = "," }') || true
  echo "{\"class\":\"$class\",\"quota\":\"$quota\",\"size\":$size,\"free\":$free,\"inodes\":$inodes,\"freeInodes\":$free_inodes,\"addresses\":[$addresses]}"
  awk '
    FILENAME == ARGV[1] { used[$1] = $2 * 1024; inodes[$1] = $4; limit[$1] = $3 * 1024; inodeLimit[$1] = $5; next }
    {
      known = $2 in used
      printf "{\"namespace\":\"%s\",\"bytes\":%s,\"limit\":%s,\"inodes\":%s,\"inodeLimit\":%s}\n", $1,
        known ? sprintf("%.0f", used[$2]) : "null", known ? sprintf("%.0f", limit[$2]) : "null",
        known ? inodes[$2] : "null", known ? inodeLimit[$2] : "null"
    }' <([[ $quota == none ]] || report) <(roster)
}

# Archives the whole class. What it stored counts for nobody then, so that uids and projects are free for another class, or
# for this one when it is made anew.
class_archive() {
  resolve
  read_register
  look "$root" "${real[@]}"
  if is_ours "${real[0]}" && is_at_its_place "${real[0]}"; then
    enter_class
    find_limits
    [[ $limits != xfs ]] || free_projects
  fi
  archive
  rm -f "$uids_file"
}

# class_reset archived|wiped: takes the directory of STUDENT out of everybody's reach, and makes it anew. What is archived is
# of no project: it would leave the student no room, and only a teacher can say how much of it there is. Whatever has the
# directory mounted must be stopped first.
class_reset() {
  local name target count=1
  resolve
  read_register
  look "$root" "${real[@]}"
  if ! is_ours "${real[0]}" || ! is_at_its_place "${real[0]}"; then
    fail "${real[0]} is not the folder that was made for this class: run pulumi up first. Nothing was changed."
  fi
  enter_class
  find_limits
  [[ " ${STUDENTS[*]} " == *" $STUDENT "* ]] || fail "$STUDENT is no student of $class. Nothing was changed."
  finish_resets
  if [[ -L $STUDENT || (-e $STUDENT && ! -d $STUDENT) ]]; then
    fail "$class/$STUDENT is not a directory. Nothing was changed."
  elif [[ -z $(find "$STUDENT" -mindepth 2 -print -quit 2>/dev/null) ]]; then
    say "$class/$STUDENT has nothing in it"
  else
    install -d -m 0700 -o 0 -g 0 .archived
    name=$STUDENT-$(date -u +%Y%m%dT%H%M%SZ)
    [[ $1 == archived ]] || name=wiped-$name
    target=.archived/$name
    while [[ -e $target ]]; do
      count=$((count + 1))
      target=.archived/$name-$count
    done
    mv -n -T -- "$STUDENT" "$target"
    [[ ! -e $STUDENT ]] || fail "$class/$STUDENT could not be renamed to $class/$target."
    if [[ $1 == archived ]]; then say "What was in $class/$STUDENT is in $class/$target"; else say "What was in $class/$STUDENT is deleted"; fi
    finish_resets
  fi
  make_students
}
