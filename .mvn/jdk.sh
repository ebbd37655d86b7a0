# Sourced by mvnw and changeover: find_jdk sets JAVA_HOME, jdk_major and jdk_version to those of a JDK of 21 or newer, or fails.
# It reads the JDKs' own "release" files and starts no process, so that it costs next to nothing.

# Sets jdk_major to the version of the JDK in $1; fails when there is none.
jdk_at() {
  jdk_major=0
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS='=' read -r jdk_key jdk_value; do
    if [ "$jdk_key" = JAVA_VERSION ]; then
      jdk_value=${jdk_value#\"}
      jdk_version=${jdk_value%\"}
      jdk_major=${jdk_value%%[!0-9]*}
      [ -n "$jdk_major" ] || jdk_major=0
      return 0
    fi
  done < "$1/release"
  return 1
}

# Sets jdk_on_path to the JDK whose java the PATH finds first; symbolic links are followed.
jdk_of_path() {
  jdk_on_path=$(command -v java) || return 1
  jdk_hops=0
  while [ -L "$jdk_on_path" ] && [ "$jdk_hops" -lt 20 ]; do
    jdk_link=$(readlink "$jdk_on_path") || return 1
    case $jdk_link in
      /*) jdk_on_path=$jdk_link ;;
      *) jdk_on_path=${jdk_on_path%/*}/$jdk_link ;;
    esac
    jdk_hops=$((jdk_hops + 1))
  done
  jdk_on_path=${jdk_on_path%/bin/java}
}

find_jdk() {
  if [ -n "${JAVA_HOME:-}" ] && jdk_at "$JAVA_HOME" && [ "$jdk_major" -ge 21 ]; then
    return 0
  fi
  if jdk_of_path && jdk_at "$jdk_on_path" && [ "$jdk_major" -ge 21 ]; then
    JAVA_HOME=$jdk_on_path
    return 0
  fi
  jdk_best=20
  jdk_home=
  for jdk_dir in /usr/lib/jvm/* /usr/lib64/jvm/* /opt/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/}"/.sdkman/candidates/java/* "${HOME:-/}"/.jdks/* "${HOME:-/}"/.asdf/installs/java/* \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if jdk_at "$jdk_dir" && [ "$jdk_major" -gt "$jdk_best" ]; then
      jdk_best=$jdk_major
      jdk_home=$jdk_dir
    fi
  done
  if [ -z "$jdk_home" ] && [ -x /usr/libexec/java_home ]; then
    jdk_home=$(/usr/libexec/java_home -v 21+ 2>/dev/null) || jdk_home=
  fi
  [ -n "$jdk_home" ] && jdk_at "$jdk_home" && [ "$jdk_major" -ge 21 ] || return 1
  JAVA_HOME=$jdk_home
}

need_jdk() {
  if ! find_jdk; then
    echo "$1: no JDK of version 21 or newer found; install one (for example: apt install openjdk-21-jdk, brew install openjdk, or adoptium.net), or set JAVA_HOME to it" >&2
    exit 2
  fi
  export JAVA_HOME
}
