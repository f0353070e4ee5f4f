# Sourced by mvnw, jacquard and .ci/run: points JAVA_HOME at a JDK 25 or newer, because the `java` on the PATH is often older.
# An environment that is already right is left alone. POSIX sh, no side effect but JAVA_HOME. $1 = java (enough to run) or javac (to build).

jdk25_major() { # $1 = a Java home; prints its major version, or nothing
  if [ -x "$1/bin/java" ] && [ -r "$1/release" ]; then
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
  elif [ -x "$1/bin/java" ]; then
    "$1/bin/java" -version 2>&1 | sed -n '1s/.* version "\([0-9]*\).*/\1/p'
  fi
}

jdk25_of_path() { # the home of the `java` on the PATH, through links and version-manager shims
  command -v java >/dev/null 2>&1 || return 0
  java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p'
}

jdk25_find() { # $1 = java or javac; prints the first fitting home: what the user set, then the PATH, then the usual places (25 before newer)
  set +ef
  for home in "${JAVA_HOME-}" "$(jdk25_of_path)"; do
    if [ -n "$home" ] && [ -x "$home/bin/$1" ] && [ "$(jdk25_major "$home")" -ge 25 ] 2>/dev/null; then
      printf '%s\n' "$home"
      return 0
    fi
  done
  newer=
  for home in /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/java/* /usr/local/*jdk* /opt/*jdk* /opt/java/* \
    "${HOME-}"/.sdkman/candidates/java/* "${HOME-}"/.jdks/* "${HOME-}"/.gradle/jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    [ -x "$home/bin/$1" ] || continue
    major=$(jdk25_major "$home")
    if [ "${major:-0}" -eq 25 ] 2>/dev/null; then
      printf '%s\n' "$home"
      return 0
    elif [ "${major:-0}" -gt 25 ] 2>/dev/null && [ -z "$newer" ]; then
      newer=$home
    fi
  done
  [ -z "$newer" ] || printf '%s\n' "$newer"
}

JAVA_HOME=$(jdk25_find "${jdk25_need:-javac}")
if [ -z "$JAVA_HOME" ]; then
  echo "Jacquard needs JDK 25 or newer: install Temurin 25 (https://adoptium.net/temurin/releases/?version=25) or set JAVA_HOME to one." >&2
  exit 1
fi
export JAVA_HOME
